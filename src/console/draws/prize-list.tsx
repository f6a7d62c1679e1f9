import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Problem } from '../api/problem'
import { CheckField } from '../parts/field'
import { moved, newPrize, type PrizeDraft } from './prize-draft'
import { PrizeFields } from './prize-fields'
import { refusalAt } from './refusal'

interface PrizeListProps {
  readonly prizes: readonly PrizeDraft[]
  readonly defaultPrize: PrizeDraft | null
  readonly onChange: (part: { prizes?: readonly PrizeDraft[]; defaultPrize?: PrizeDraft | null }) => void
  readonly problem: Problem | null
}

type Way = 'up' | 'down'

/** What gets the focus: a prize's first field, or the button that has moved it. */
interface Target {
  readonly key: string
  readonly way?: Way
}

/** At an end of the list it is the button back. */
function elementOf(list: Element | null, { key, way }: Target): HTMLElement | null {
  const find = (selector: string) => list?.querySelector<HTMLElement>(`[data-key="${key}"] ${selector}`) ?? null
  if (way === undefined) return find('input')
  return find(`[data-way="${way}"]:not(:disabled)`) ?? find('[data-way]:not(:disabled)')
}

/** All that can be won, the highest first. */
export function PrizeList({ prizes, defaultPrize, onChange, problem }: PrizeListProps) {
  const list = useRef<HTMLFieldSetElement>(null)
  const toFocus = useRef<Target | null>(null)
  useLayoutEffect(() => {
    if (toFocus.current !== null) elementOf(list.current, toFocus.current)?.focus()
    toFocus.current = null
  }, [prizes])
  const become = (next: readonly PrizeDraft[], target: Target) => {
    toFocus.current = target
    onChange({ prizes: next })
  }
  const move = (prize: PrizeDraft, from: number, way: Way) =>
    become(moved(prizes, from, way === 'up' ? from - 1 : from + 1), { key: prize.key, way })
  const remove = (at: number) => {
    const next = prizes.toSpliced(at, 1)
    become(next, { key: next[Math.min(at, next.length - 1)]!.key })
  }
  const add = () => {
    const prize = newPrize()
    become([...prizes, prize], { key: prize.key })
  }
  const atAll = refusalAt(problem, 'prizes')
  return (
    <fieldset class="draw-prizes stack tight" ref={list}>
      <legend>Prizes</legend>
      <p class="muted small">From the highest to the lowest.</p>
      <ol class="stack tight">
        {prizes.map((prize, at) => (
          <li key={prize.key} data-key={prize.key} class="draw-prize">
            <fieldset>
              <legend>Prize {at + 1}</legend>
              <PrizeFields
                prize={prize}
                onChange={changed => onChange({ prizes: prizes.with(at, changed) })}
                field={`prizes[${at}]`}
                problem={problem}
                counted
              />
            </fieldset>
            <div class="draw-prize-tools">
              <RowButton
                sign="↑"
                label={`Move prize ${at + 1} up`}
                disabled={at === 0}
                onClick={() => move(prize, at, 'up')}
                way="up"
              />
              <RowButton
                sign="↓"
                label={`Move prize ${at + 1} down`}
                disabled={at === prizes.length - 1}
                onClick={() => move(prize, at, 'down')}
                way="down"
              />
              <RowButton
                sign="✕"
                label={`Remove prize ${at + 1}`}
                disabled={prizes.length === 1}
                onClick={() => remove(at)}
              />
            </div>
          </li>
        ))}
      </ol>
      {atAll !== null && <p class="problem small">{atAll}</p>}
      <div>
        <button type="button" onClick={add}>
          Add a prize
        </button>
      </div>
      <CheckField
        label="Everybody else gets a prize too"
        checked={defaultPrize !== null}
        onChange={checked => onChange({ defaultPrize: checked ? newPrize() : null })}
      />
      {defaultPrize !== null && (
        <fieldset class="draw-prize">
          <legend>Default prize</legend>
          <PrizeFields
            prize={defaultPrize}
            onChange={changed => onChange({ defaultPrize: changed })}
            field="defaultPrize"
            problem={problem}
            counted={false}
          />
        </fieldset>
      )}
    </fieldset>
  )
}

interface RowButtonProps {
  readonly sign: string
  readonly label: string
  readonly disabled: boolean
  readonly onClick: () => void
  readonly way?: Way
}

function RowButton({ sign, label, disabled, onClick, way }: RowButtonProps) {
  return (
    <button
      type="button"
      class="plain"
      aria-label={label}
      title={label}
      disabled={disabled}
      data-way={way}
      onClick={onClick}
    >
      <span aria-hidden="true">{sign}</span>
    </button>
  )
}
