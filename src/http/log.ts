import { type Logger, pino, stdTimeFunctions } from 'pino'

/** JSON, one object a line; tokens never get into it. */
export const makeLog = (level: string): Logger =>
  pino({
    level,
    timestamp: stdTimeFunctions.isoTime,
    redact: ['authorization', '*.authorization', 'req.headers.authorization'],
  })
