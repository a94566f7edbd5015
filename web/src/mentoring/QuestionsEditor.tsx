import { useEffect, useRef } from "react";
import { Button, IconButton } from "../components/buttons";
import { FieldErrors, fieldPathOf, SelectField, Switch, TextArea, TextField, useFieldProblems } from "../components/forms";
import type { BookingQuestionKind } from "../graphql/generated/schema";
import { useTranslate } from "../i18n/i18n";
import { nextKey } from "./availability";
import type { OfferDetailsFragment } from "./generated/offers";

/** A question while it is edited. The choices are lines of one text. */
export interface QuestionDraft {
  key: number;
  label: string;
  kind: BookingQuestionKind;
  isRequired: boolean;
  choices: string;
}

const maxQuestions = 10;
const labelLimit = 200;
const kinds = ["TEXT", "CHOICE", "CHOICES"] as const;

export const toQuestionDrafts = (questions: OfferDetailsFragment["questions"] = []): QuestionDraft[] =>
  questions.map(({ choices, ...question }) => ({ ...question, key: nextKey(), choices: choices.join("\n") }));

/** The questions as the input has them, in the order of their fields. */
export const toQuestionInputs = (drafts: readonly QuestionDraft[]) =>
  drafts.map(({ label, kind, isRequired, choices }) => ({
    label: label.trim(),
    kind,
    isRequired,
    choices: kind === "TEXT" ? [] : choices.split("\n").map((line) => line.trim()).filter(Boolean),
  }));

interface QuestionsEditorProps {
  value: readonly QuestionDraft[];
  onChange: (value: readonly QuestionDraft[]) => void;
}

/** The questions of an offer: add, change, order and remove. A new or moved question keeps the focus. */
export function QuestionsEditor({ value, onChange }: QuestionsEditorProps) {
  const t = useTranslate();
  const list = useRef<HTMLOListElement>(null);
  const focusOn = useRef<string>(undefined);
  const { problems, dismiss } = useFieldProblems("questions");
  useEffect(() => {
    if (focusOn.current) list.current?.querySelector<HTMLElement>(focusOn.current)?.focus();
    focusOn.current = undefined;
  }, [value]);
  const set = (next: readonly QuestionDraft[]) => {
    dismiss();
    onChange(next);
  };
  const move = (index: number, step: number) => {
    const question = value[index];
    if (!question) return;
    focusOn.current = `li:nth-child(${index + step + 1}) input`;
    set(value.toSpliced(index, 1).toSpliced(index + step, 0, question));
  };
  const add = () => {
    focusOn.current = "li:last-child input";
    set([...value, { key: nextKey(), label: "", kind: "TEXT", isRequired: false, choices: "" }]);
  };
  return (
    <>
      <ol className="stack" ref={list}>
        {value.map((question, index) => {
          const change = (part: Partial<QuestionDraft>) =>
            set(value.map((one) => (one.key === question.key ? { ...one, ...part } : one)));
          const number = index + 1;
          return (
            <li key={question.key}>
              <fieldset className="question stack tight">
                <legend className="visually-hidden">{t("question.number", { number })}</legend>
                <div className="row apart">
                  <span className="label" aria-hidden="true">
                    {t("question.number", { number })}
                  </span>
                  <span className="row">
                    <IconButton
                      small
                      icon="up"
                      label={t("question.up", { number })}
                      disabled={index === 0}
                      onClick={() => move(index, -1)}
                    />
                    <IconButton
                      small
                      icon="down"
                      label={t("question.down", { number })}
                      disabled={number === value.length}
                      onClick={() => move(index, 1)}
                    />
                    <IconButton
                      small
                      icon="trash"
                      label={t("question.remove", { number })}
                      onClick={() => set(value.toSpliced(index, 1))}
                    />
                  </span>
                </div>
                <TextField
                  name={`question-${question.key}`}
                  path={`questions.${index}.label`}
                  label={t("question.label")}
                  limit={labelLimit}
                  value={question.label}
                  onChange={(event) => change({ label: event.target.value })}
                />
                <SelectField
                  name={`kind-${question.key}`}
                  path={`questions.${index}.kind`}
                  label={t("question.kind")}
                  value={question.kind}
                  onChange={(event) => change({ kind: event.target.value as BookingQuestionKind })}
                  options={kinds.map((kind) => [kind, t(`question.${kind}`)] as const)}
                />
                {question.kind !== "TEXT" && (
                  <TextArea
                    name={`choices-${question.key}`}
                    path={`questions.${index}.choices`}
                    label={t("question.choices")}
                    hint={t("question.choicesHint")}
                    value={question.choices}
                    onChange={(event) => change({ choices: event.target.value })}
                  />
                )}
                <Switch
                  name={`required-${question.key}`}
                  label={t("question.required")}
                  checked={question.isRequired}
                  onChange={(event) => change({ isRequired: event.target.checked })}
                />
              </fieldset>
            </li>
          );
        })}
      </ol>
      {/* A problem of one question is beside its field. */}
      <FieldErrors problems={problems.filter((problem) => fieldPathOf(problem).split(".").length < 3)} />
      {value.length < maxQuestions && (
        <div>
          <Button small icon="plus" onClick={add}>
            {t("question.add")}
          </Button>
        </div>
      )}
    </>
  );
}
