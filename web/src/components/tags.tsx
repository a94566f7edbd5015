import { useId, useState, type KeyboardEvent } from "react";
import { useI18n } from "../i18n/i18n";
import { FieldErrors, useFieldProblems } from "./forms";
import { Icon } from "./icons";
import { Name } from "./text";

/** A list of tags. Enter or a comma, also an Arabic one, adds one, Backspace in the empty field removes the last. */
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
  const { t } = useI18n();
  const [text, setText] = useState("");
  const id = useId();
  const { problems, dismiss } = useFieldProblems(path);

  const add = () => {
    const added = text
      .split(/[,،]/)
      .map((tag) => tag.trim())
      .filter((tag) => tag && !tags.includes(tag));
    if (added.length > 0) onChange([...tags, ...added]);
    setText("");
  };
  const handleKeyDown = (event: KeyboardEvent) => {
    if (["Enter", ",", "،"].includes(event.key)) {
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
              <Name text={tag} />
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
        dir="auto"
        value={text}
        aria-invalid={problems.length > 0 || undefined}
        aria-describedby={`${id}-hint ${id}-fault`}
        onChange={(event) => {
          setText(event.target.value);
          dismiss();
        }}
        onKeyDown={handleKeyDown}
        onBlur={add}
      />
      <span className="hint" id={`${id}-hint`}>
        {hint}
      </span>
      <FieldErrors problems={problems} id={`${id}-fault`} />
    </div>
  );
}
