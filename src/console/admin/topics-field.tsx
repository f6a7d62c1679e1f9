import { useId } from 'preact/hooks'
import type { WebhookTopic } from '../api/schema.generated'
import { CheckField } from '../parts/field'
import { TOPICS } from './webhook-words'

interface TopicsFieldProps {
  readonly value: readonly WebhookTopic[]
  readonly onChange: (topics: readonly WebhookTopic[]) => void
  readonly problem: string | null
}

export function TopicsField({ value, onChange, problem }: TopicsFieldProps) {
  const id = useId()
  return (
    <fieldset class="admin-choices" aria-describedby={problem === null ? undefined : id}>
      <legend>Topics</legend>
      {TOPICS.map(([topic, text]) => (
        <CheckField
          key={topic}
          label={text}
          checked={value.includes(topic)}
          onChange={checked => onChange(checked ? [...value, topic] : value.filter(other => other !== topic))}
        />
      ))}
      {problem !== null && (
        <p id={id} class="problem small">
          {problem}
        </p>
      )}
    </fieldset>
  )
}
