# What a C++ program elsewhere needs to call the service: one archive, the public
# headers, a package for find_package.
#
#   cmake --install BUILD --component client-dev --prefix PREFIX
#
# gives find_package(emotion-client), emotion::client and
# #include <emotion/client/emotion_client.h>.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

add_library(emotion_client_archive STATIC
  $<TARGET_OBJECTS:emotion_client> $<TARGET_OBJECTS:emotion_base>
  $<TARGET_OBJECTS:emotion_proto>)
set_target_properties(emotion_client_archive PROPERTIES
  EXPORT_NAME client OUTPUT_NAME emotion-client LINKER_LANGUAGE CXX)
target_compile_features(emotion_client_archive INTERFACE cxx_std_20)
target_include_directories(emotion_client_archive
  INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_link_libraries(emotion_client_archive PRIVATE
  gRPC::grpc++ protobuf::libprotobuf OpenSSL::Crypto Threads::Threads)

# The headers name each other as seen from our root; outside they stand below
# emotion/. Done when installing, so that they are always those of the source.
set(headers ${CMAKE_CURRENT_BINARY_DIR}/include/emotion)
foreach(file classification client_options conversation credentials
    emotion_client retry_budget retry_policy)
  list(APPEND public "client/${file}.h" "client/${file}.h")
endforeach()
foreach(file clock result status)
  list(APPEND public "server/base/${file}.h" "base/${file}.h")
endforeach()
install(CODE "
  set(public \"${public}\")
  file(REMOVE_RECURSE \"${headers}\")
  while(public)
    list(POP_FRONT public from to)
    file(READ \"${PROJECT_SOURCE_DIR}/\${from}\" text)
    string(REPLACE \"#include \\\"client/\" \"#include \\\"emotion/client/\"
      text \"\${text}\")
    string(REPLACE \"#include \\\"server/base/\" \"#include \\\"emotion/base/\"
      text \"\${text}\")
    file(WRITE \"${headers}/\${to}\" \"\${text}\")
  endwhile()" COMPONENT client-dev)
install(DIRECTORY ${headers} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  COMPONENT client-dev)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/emotion-client)
install(TARGETS emotion_client_archive EXPORT emotion-client
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT client-dev)
install(EXPORT emotion-client NAMESPACE emotion:: DESTINATION ${package}
  FILE emotion-client-targets.cmake COMPONENT client-dev)
# Until 1.0 a minor version may change what callers see.
write_basic_package_version_file(
  ${CMAKE_CURRENT_BINARY_DIR}/emotion-client-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES emotion-client-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/emotion-client-config-version.cmake
  DESTINATION ${package} COMPONENT client-dev)
