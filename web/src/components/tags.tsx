import { useId, useState, type KeyboardEvent } from "react";
import { useSpeech } from "../i18n/language";
import { Faults, useProblems } from "./forms";
import { Icon } from "./icons";

/** Words, one by one: Enter or a comma adds, Backspace in the empty field takes the last away. */
export function TagField({
  path,
  label,
  hint,
  tags,
  onChange,
}: {
  path: string;
  label: string;
  hint?: string;
  tags: readonly string[];
  onChange: (tags: string[]) => void;
}) {
  const { t } = useSpeech();
  const [text, setText] = useState("");
  const id = useId();
  const faults = useProblems(path);

  const add = () => {
    const found = text
      .split(",")
      .map((tag) => tag.trim())
      .filter((tag) => tag && !tags.includes(tag));
    if (found.length > 0) onChange([...tags, ...found]);
    setText("");
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.key === ",") {
      if (event.key === "Enter" && !text.trim()) return;
      event.preventDefault();
      add();
    } else if (event.key === "Backspace" && !text && tags.length > 0) {
      onChange(tags.slice(0, -1));
    }
  };
  return (
    <div className="field">
      <label className="label" htmlFor={id}>
        {label}
      </label>
      {tags.length > 0 && (
        <ul className="chips">
          {tags.map((tag) => (
            <li className="chip" key={tag}>
              {tag}
              <button
                type="button"
                aria-label={t("tags.remove", { name: tag })}
                onClick={() => onChange(tags.filter((other) => other !== tag))}
              >
                <Icon name="close" size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <input
        id={id}
        className="input"
        value={text}
        aria-invalid={faults.length > 0 || undefined}
        aria-describedby={`${id}-hint ${id}-fault`}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={press}
        onBlur={add}
      />
      <span className="hint" id={`${id}-hint`}>
        {hint}
      </span>
      <Faults problems={faults} id={`${id}-fault`} />
    </div>
  );
}
