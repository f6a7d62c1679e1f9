import { spawn } from 'node:child_process'
import { Socket } from 'node:net'

/**
 * A cluster that nobody will take over must not outlive this process: a shell waits for the end of this process, which
 * closes its input even on kill -9, then stops the server and deletes the folder. Returns how to send it away.
 */
export function guardThrowAway(pid: number, home: string): () => void {
  if (process.platform === 'win32') return () => undefined
  const script = 'read -r _; kill -INT "$1" && while kill -0 "$1"; do sleep 0.2; done; rm -rf "$2"'
  const shell = spawn('/bin/sh', ['-c', script, 'sh', String(pid), home], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  shell.on('error', () => undefined)
  shell.unref()
  if (shell.stdin instanceof Socket) shell.stdin.unref()
  return () => shell.kill('SIGKILL')
}
