import { MESSAGE_CHARACTERS_MAX } from './limits.js'

/** Where something stands in a filter's source, both from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** Why a source can't be saved. */
export class FilterRefused extends Error {
  readonly line: number
  readonly column: number
  readonly reason: string

  constructor(place: Place, reason: string) {
    const short = cut(reason)
    super(`line ${place.line}, column ${place.column}: ${short}`)
    this.name = 'FilterRefused'
    this.line = place.line
    this.column = place.column
    this.reason = short
  }
}

/** Why a filter failed on an event; counts as no match. */
export class FilterError extends Error {
  constructor(message: string) {
    super(cut(message))
    this.name = 'FilterError'
  }
}

const cut = (text: string): string =>
  (text.length <= MESSAGE_CHARACTERS_MAX ? text : `${text.slice(0, MESSAGE_CHARACTERS_MAX - 3)}...`)
    .toWellFormed()
    .replaceAll('\0', '\uFFFD')
