# Debian packages of the server and of the client; `./dev package` makes and tries
# them. The server's own libraries and LibTorch lie where no other program looks.
if(NOT EMOTION_WITH_TORCH OR NOT EMOTION_MODEL OR NOT EMOTION_PYTHON)
  return()
endif()
include(GNUInstallDirs)
set(here ${CMAKE_CURRENT_LIST_DIR})
set(made ${CMAKE_BINARY_DIR}/debian)
set(private lib/emotion-server)

# What needs making: the manual page, out of --help, and the change log.
file(MAKE_DIRECTORY ${made})
emotion_man_page(TARGET emotion-server SECTION 8
  INCLUDE ${here}/emotion-server.h2m OUTPUT ${made}/emotion-server.8)
add_custom_target(emotion_server_described ALL DEPENDS ${made}/emotion-server.8)
set(EMOTION_MAINTAINER "Emotion maintainers <maintainers@emotion.invalid>"
  CACHE STRING "Whom the Debian packages name as their maintainer")
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(${here}/changelog.in ${made}/changelog @ONLY)

set(component COMPONENT debian-server EXCLUDE_FROM_ALL)
install(TARGETS emotion-server RUNTIME DESTINATION ${private}/bin ${component})
install(TARGETS emotion_operators LIBRARY DESTINATION ${private}/lib ${component})
foreach(library libc10.so libgomp.so.1 libtorch.so libtorch_cpu.so)
  list(APPEND libtorch ${TORCH_INSTALL_PREFIX}/lib/${library})
endforeach()
install(FILES ${libtorch} DESTINATION ${private}/lib ${component})
install(DIRECTORY ${EMOTION_MODEL}/ DESTINATION ${private}/model ${component})
install(PROGRAMS ${here}/wait-until-serving DESTINATION ${private} ${component})
install(FILES ${here}/../systemd/emotion-server.service
  DESTINATION lib/systemd/system ${component})
install(FILES ${made}/emotion-server.8 DESTINATION share/man/man8 ${component})
file(GLOB terms
  ${TORCH_INSTALL_PREFIX}/../torch-*.dist-info/licenses/LICENSE)
install(FILES ${terms} DESTINATION share/doc/emotion-server/libtorch ${component})
install(FILES ${here}/emotion-server.overrides RENAME emotion-server
  DESTINATION share/lintian/overrides ${component})
foreach(name server client)
  set(component COMPONENT debian-${name} EXCLUDE_FROM_ALL)
  install(FILES ${here}/copyright ${made}/changelog
    DESTINATION share/doc/emotion-${name} ${component})
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_CONTACT ${EMOTION_MAINTAINER})
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_COMPONENTS_ALL debian-server client debian-client)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_COMPONENT_DEBIAN-SERVER_GROUP server)
set(CPACK_COMPONENT_CLIENT_GROUP client)
set(CPACK_COMPONENT_DEBIAN-CLIENT_GROUP client)
# Without symbols, manual pages compressed.
set(CPACK_PRE_BUILD_SCRIPTS ${here}/finish.cmake)
set(CPACK_THREADS 2)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE gzip)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS
  ${TORCH_INSTALL_PREFIX}/lib ${CMAKE_BINARY_DIR}/lib)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_SERVER_PACKAGE_NAME emotion-server)
set(CPACK_DEBIAN_CLIENT_PACKAGE_NAME emotion-client)
set(CPACK_DEBIAN_SERVER_PACKAGE_DEPENDS
  "emotion-client (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_SERVER_PACKAGE_CONTROL_EXTRA
  ${here}/postinst ${here}/prerm ${here}/postrm)
set(CPACK_DEBIAN_SERVER_DESCRIPTION
  "classifies the emotion of the last turn of a dialogue, over gRPC
A server with its model: a MobileBERT on kernels of its own, through LibTorch,
with dynamic batching, health and Prometheus metrics.")
set(CPACK_DEBIAN_CLIENT_DESCRIPTION
  "asks an emotion server, and measures it under load
A command line that classifies dialogues from files, pipes or a terminal, and a
load generator, for the service in the package emotion-server.")
include(CPack)
