import { describe, expect, it } from 'vitest'
import { settingsFor } from '../../src/storage/embedded/settings.js'

const GIB = 1024 ** 3

describe('settings of the embedded PostgreSQL', () => {
  it.each([
    [0.5, '128MB'],
    [2, '256MB'],
    [64, '512MB'],
  ])('with %d GiB of memory share %s', (memoryGib, shared) => {
    expect(settingsFor({ memoryBytes: memoryGib * GIB, cpus: 2, platform: 'linux' }).shared_buffers).toBe(shared)
  })

  it('leave the cores of a small machine to ingest', () => {
    const workers = [1, 2, 4, 32].map(
      cpus => settingsFor({ memoryBytes: GIB, cpus, platform: 'linux' }).max_parallel_workers_per_gather,
    )
    expect(workers).toEqual(['0', '0', '1', '2'])
  })

  it('name nothing that Windows lacks', () => {
    const settings = settingsFor({ memoryBytes: GIB, cpus: 2, platform: 'win32' })
    expect(settings).not.toHaveProperty('client_connection_check_interval')
    expect(settings).not.toHaveProperty('unix_socket_directories')
  })
})
