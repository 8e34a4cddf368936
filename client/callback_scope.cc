#include "client/callback_scope.h"

namespace emotion::client {
namespace {

thread_local int depth = 0;

}  // namespace

CallbackScope::CallbackScope() { ++depth; }
CallbackScope::~CallbackScope() { --depth; }
bool CallbackScope::Inside() { return depth > 0; }

}  // namespace emotion::client
