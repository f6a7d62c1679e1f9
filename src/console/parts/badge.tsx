export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'accent'

/** A word with a colour; the word alone says it too. */
export function Badge({ tone = 'plain', children }: { readonly tone?: Tone; readonly children: string }) {
  return <span class={`badge ${tone}`}>{children}</span>
}
