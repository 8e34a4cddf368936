"""What students learn from: pretrained, recurrent, linear and boosted teachers."""
