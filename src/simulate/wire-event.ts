/** An event as producers send it to POST /events. */
export interface WireEvent {
  readonly event_id: string
  readonly player_id: string
  readonly event_type: 'login' | 'logout' | 'deposit' | 'bet' | 'win' | 'settlement' | 'progress'
  /** Campaigns wait for a game and one of these. */
  readonly event_name?: 'login' | 'session_end' | 'deposit' | 'level_up'
  readonly amount?: number
  readonly currency?: string
  readonly timestamp: string
  readonly game?: string
  readonly game_type?: string
  readonly competition?: string
  readonly market: string
  readonly session_id: string
  readonly device_id: string
  readonly round_id?: string
  readonly bet_market?: string
  readonly selection?: string
  readonly bet_id?: string
  readonly odds?: number
  readonly result?: 'won' | 'lost' | 'void'
  readonly data?: Readonly<Record<string, string | number>>
}
