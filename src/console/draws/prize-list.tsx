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

/** All that can be won, the highest first. */
export function PrizeList({ prizes, defaultPrize, onChange, problem }: PrizeListProps) {
  const list = useRef<HTMLFieldSetElement>(null)
  const toFocus = useRef<string | null>(null)
  // A prize that is moved takes the focus along.
  useLayoutEffect(() => {
    if (toFocus.current === null) return
    const row = list.current?.querySelector(`[data-key="${toFocus.current}"]`)
    row?.querySelector<HTMLElement>('button:not(:disabled), input')?.focus()
    toFocus.current = null
  }, [prizes])
  const become = (next: readonly PrizeDraft[], focused?: PrizeDraft) => {
    toFocus.current = focused?.key ?? null
    onChange({ prizes: next })
  }
  const add = () => {
    const prize = newPrize()
    become([...prizes, prize], prize)
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
                onClick={() => become(moved(prizes, at, at - 1), prize)}
              />
              <RowButton
                sign="↓"
                label={`Move prize ${at + 1} down`}
                disabled={at === prizes.length - 1}
                onClick={() => become(moved(prizes, at, at + 1), prize)}
              />
              <RowButton
                sign="✕"
                label={`Remove prize ${at + 1}`}
                disabled={prizes.length === 1}
                onClick={() => become(prizes.toSpliced(at, 1), prizes[at + 1] ?? prizes[at - 1])}
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
}

function RowButton({ sign, label, disabled, onClick }: RowButtonProps) {
  return (
    <button type="button" class="plain" aria-label={label} title={label} disabled={disabled} onClick={onClick}>
      <span aria-hidden="true">{sign}</span>
    </button>
  )
}
