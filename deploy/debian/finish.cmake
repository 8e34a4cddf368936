# Runs on the files of a package before it is closed.
file(GLOB_RECURSE files LIST_DIRECTORIES false ${CPACK_TEMPORARY_DIRECTORY}/*)
foreach(file ${files})
  if(IS_SYMLINK ${file})
    continue()
  elseif(file MATCHES "/share/man/.*[0-9]$|/changelog$")
    execute_process(COMMAND gzip -9nf ${file} COMMAND_ERROR_IS_FATAL ANY)
  elseif(file MATCHES "/bin/emotion-|[.]so([.0-9]*)?$")
    execute_process(COMMAND strip --strip-unneeded --remove-section=.comment
      --remove-section=.note ${file} COMMAND_ERROR_IS_FATAL ANY)
  endif()
endforeach()
# Programs are called by their names; a link finds its own libraries.
set(server ${CPACK_TEMPORARY_DIRECTORY}/server/usr)
if(EXISTS ${server}/lib/emotion-server/bin AND NOT EXISTS ${server}/bin)
  file(MAKE_DIRECTORY ${server}/bin)
  file(CREATE_LINK ../lib/emotion-server/bin/emotion-server
    ${server}/bin/emotion-server SYMBOLIC)
endif()
