#include <emotion/client/emotion_client.h>

#include <future>
#include <iostream>

// Asks the server at argv[1] in all three ways and prints what each said.
int main(int argc, char** argv) {
  using emotion::Result;
  using emotion::client::Classification;

  emotion::client::ClientOptions options;
  if (argc > 1) options.address = argv[1];
  options.token = emotion::client::FixedToken("not-secret");
  const auto client = emotion::client::Client::Create(options);
  if (!client.ok()) {
    std::cerr << client.status().ToString() << '\n';
    return 1;
  }

  const auto blocking = (*client)->Classify({"I am so sad"});
  auto future = (*client)->ClassifyFuture({"I am so happy"});
  std::promise<Result<Classification>> called_back;
  (*client)->Classify({"I am so angry"}, {},
                      [&](Result<Classification> result) {
                        called_back.set_value(std::move(result));
                      });

  for (const auto& result :
       {blocking, future.get(), called_back.get_future().get()}) {
    std::cout << (result.ok() ? result->label : result.status().ToString())
              << '\n';
  }
  return 0;
}
