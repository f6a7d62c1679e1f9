import { once } from 'node:events'
import { createServer } from 'node:net'

export class DemoError extends Error {}

/** Tells before anything is started what would otherwise be met at the end of the start. */
export async function ensurePortFree(host: string, port: number): Promise<void> {
  const server = createServer()
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    throw portError(host, port, error as NodeJS.ErrnoException)
  }
  server.close()
  await once(server, 'close')
}

function portError(host: string, port: number, { code, message }: NodeJS.ErrnoException): DemoError {
  if (code !== 'EADDRINUSE') return new DemoError(`HOST ${host}, PORT ${port} can't be listened on: ${message}`)
  return new DemoError(
    `PORT ${port} on ${host} is taken: stop what listens there, or choose another: PORT=${port + 1} npm run demo`,
  )
}
