const MIB = 1024 * 1024

export interface Machine {
  readonly memoryBytes: number
  readonly cpus: number
  readonly platform: string
}

/**
 * Fit for ingest on a small machine that the server and its clients share. Everything that makes a commit durable
 * stays on. WAL compression stays off: the build knows pglz alone, and far checkpoints leave it little to compress.
 */
export function settingsFor({ memoryBytes, cpus, platform }: Machine): Readonly<Record<string, string>> {
  const sharedMib = Math.min(512, Math.max(128, Math.floor(memoryBytes / 8 / MIB)))
  return {
    listen_addresses: '127.0.0.1',
    // The path of a socket may have 107 bytes only, DATA_DIR has no such limit.
    ...(platform === 'win32' ? {} : { unix_socket_directories: '' }),
    max_connections: '100',
    // One transaction may touch hundreds of partitions.
    max_locks_per_transaction: '256',
    shared_buffers: `${sharedMib}MB`,
    effective_cache_size: `${Math.max(256, Math.floor(memoryBytes / 2 / MIB))}MB`,
    work_mem: '16MB',
    maintenance_work_mem: '128MB',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    wal_buffers: '32MB',
    // Each checkpoint makes every page be logged in full once more, so they are far apart.
    max_wal_size: '4GB',
    min_wal_size: '512MB',
    checkpoint_timeout: '15min',
    checkpoint_completion_target: '0.9',
    random_page_cost: '1.1',
    jit: 'off',
    // A parallel query takes its cores away from ingest.
    max_parallel_workers_per_gather: String(Math.min(2, Math.floor(cpus / 4))),
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Statements' errors reach the client, which logs them; here they would only fill the disk.
    log_min_messages: 'log',
    log_checkpoints: 'off',
    log_autovacuum_min_duration: '-1',
    // A killed node's long statement must not hold its locks for long.
    ...(platform === 'linux' || platform === 'darwin' ? { client_connection_check_interval: '2s' } : {}),
  }
}
