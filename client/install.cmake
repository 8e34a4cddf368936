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
  $<TARGET_OBJECTS:emotion_client> $<TARGET_OBJECTS:emotion_common>
  $<TARGET_OBJECTS:emotion_common_grpc>
  $<TARGET_OBJECTS:emotion_proto>)
set_target_properties(emotion_client_archive PROPERTIES
  EXPORT_NAME client OUTPUT_NAME emotion-client LINKER_LANGUAGE CXX)
target_compile_features(emotion_client_archive INTERFACE cxx_std_20)
target_include_directories(emotion_client_archive
  INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/emotion>)
target_link_libraries(emotion_client_archive PRIVATE
  gRPC::grpc++ protobuf::libprotobuf OpenSSL::Crypto Threads::Threads)

# The repository's own headers, as they are: they name each other from its root,
# which outside is the folder emotion/.
set(headers ${CMAKE_INSTALL_INCLUDEDIR}/emotion)
foreach(file classification client_options conversation credentials
    emotion_client model_admin retry_budget retry_policy)
  install(FILES ${file}.h DESTINATION ${headers}/client COMPONENT client-dev)
endforeach()
foreach(file clock result status)
  install(FILES ${PROJECT_SOURCE_DIR}/common/${file}.h
    DESTINATION ${headers}/common COMPONENT client-dev)
endforeach()

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
