#pragma once

#include <string>

#include "client/load/load_result.h"

namespace emotion::load {

// A result as CSV after RFC 4180, long form: "group,name,value" with one figure
// in a row, for spreadsheets. Groups are run, requests, errors, response_ms,
// service_ms, schedule_error_ms, answers, labels, generator, server, and
// priorities, timeline and curve, whose names are "PRIORITY.figure",
// "SECONDS.figure" and "RATE.figure".
std::string ToCsv(const LoadResult& result);

}  // namespace emotion::load
