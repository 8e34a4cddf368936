# emotion_man_page(TARGET <program> SECTION <n> INCLUDE <file.h2m> OUTPUT <file>
#   [HELP_OPTION <option>])
#
# makes a manual page out of what the program says to --version and to
# HELP_OPTION, by default --help; the include file adds what it does not say.
find_program(HELP2MAN help2man REQUIRED)

# Equal sources give equal pages: they show the month of this version, or of
# SOURCE_DATE_EPOCH if the environment has it, and not that of the build.
set(EMOTION_MAN_EPOCH 1795737600) # 2026-11-27
if(DEFINED ENV{SOURCE_DATE_EPOCH})
  set(EMOTION_MAN_EPOCH $ENV{SOURCE_DATE_EPOCH})
endif()

function(emotion_man_page)
  cmake_parse_arguments(arg "" "TARGET;SECTION;INCLUDE;OUTPUT;HELP_OPTION" "" ${ARGN})
  if(NOT arg_HELP_OPTION)
    set(arg_HELP_OPTION --help)
  endif()
  add_custom_command(OUTPUT ${arg_OUTPUT}
    COMMAND ${CMAKE_COMMAND} -E env SOURCE_DATE_EPOCH=${EMOTION_MAN_EPOCH}
      ${HELP2MAN} --no-info --section ${arg_SECTION}
      --help-option ${arg_HELP_OPTION} --include ${arg_INCLUDE}
      --output ${arg_OUTPUT} $<TARGET_FILE:${arg_TARGET}>
    DEPENDS ${arg_TARGET} ${arg_INCLUDE} VERBATIM)
endfunction()
