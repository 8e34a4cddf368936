# find_package(emotion-client) gives emotion::client. The archive is linked with
# these, in the versions it was built with.
include(CMakeFindDependencyMacro)
find_dependency(Threads)
find_dependency(OpenSSL)
find_dependency(Protobuf)
find_dependency(gRPC)
include(${CMAKE_CURRENT_LIST_DIR}/emotion-client-targets.cmake)
