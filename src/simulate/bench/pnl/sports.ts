import type { Bench } from '../installation.js'
import { SportsLoad } from './sports-load.js'

export const GAMES = 2_000
/** What is open while bets are settled as fast as they are made. */
export const OPEN_BETS = 50_000

export const sportsLoad = ({ options }: Bench, openBets: number, made = 0): SportsLoad =>
  new SportsLoad({ prefix: `w${Date.now()}`, players: options.players, games: GAMES, openBets }, made)
