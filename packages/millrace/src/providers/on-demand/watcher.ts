/**
 * Runs a server and sees to it that it does not outlive this program, however that ends: `/bin/sh` gets one end of a
 * pipe as its input, and when nobody holds the other end any more, it ends the whole process group. Its arguments are
 * the seconds from asking to killing, and the command. It leads the group, so nothing it signals can be another's.
 *
 * - Descriptor 3 hears `started` when a signal reaches the server and no longer the shell, and the exit code at the end.
 * - The server runs in the foreground, because a shell makes what is in the background ignore interrupts.
 * - What it leaves behind when it ends is killed with the group, and so is the shell.
 * - The shell's own words about signals go nowhere: once this program is gone, saying them would end it too early.
 */
export const WATCHER = `
grace=$1
shift
exec 4<&0 5>&2 </dev/null 2>/dev/null
trap '' TERM
(
  while read -r line <&4; do :; done
  kill -s TERM -- "-$$"
  sleep "$grace"
  kill -s KILL -- "-$$"
) 3>&- 5>&- >/dev/null &
trap : TERM
( echo started >&3; exec 2>&5 3>&- 4<&- 5>&-; exec "$@" )
code=$?
( trap '' PIPE; echo "$code" >&3 )
kill -s KILL -- "-$$"
`;
