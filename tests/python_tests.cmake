# The suites in Python; they need the interpreter that ./dev sets up. Sanitizers
# see nothing of them.
if(NOT EMOTION_PYTHON OR EMOTION_SANITIZERS)
  return()
endif()

# emotion_pytest(NAME <test> PATH <below tests/>) registers files with ctest; they
# run in the root of the repository.
function(emotion_pytest)
  cmake_parse_arguments(arg "" "NAME;PATH" "" ${ARGN})
  add_test(NAME ${arg_NAME}
    COMMAND ${EMOTION_PYTHON} -m pytest -q -p no:cacheprovider
      ${PROJECT_SOURCE_DIR}/tests/${arg_PATH}
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${arg_NAME} PROPERTIES TIMEOUT 600)
endfunction()

emotion_pytest(NAME support PATH support)
add_subdirectory(architecture)
add_subdirectory(client_shell)
emotion_pytest(NAME load/report PATH load/test_report.py)
set_tests_properties(load/report PROPERTIES ENVIRONMENT
  "EMOTION_CLIENT=$<TARGET_FILE:emotion-client>;EMOTION_NULL_SERVER=$<TARGET_FILE:load_null_server>")
add_subdirectory(client_consumer)
add_subdirectory(python_client)
if(EMOTION_WITH_TORCH)
  add_subdirectory(bench/models)
  add_subdirectory(bench/peers)
  add_subdirectory(bench/servers)
  add_subdirectory(model)
  add_subdirectory(end_to_end)
  foreach(part balancing capacity documents image kubernetes monitoring)
    add_subdirectory(deploy/${part})
  endforeach()
endif()
