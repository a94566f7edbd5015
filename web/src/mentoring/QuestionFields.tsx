import { useId } from "react";
import { FieldErrors, TextArea, textValue, useFieldProblems } from "../components/forms";
import { useTranslate } from "../i18n/i18n";
import type { OfferDetailsFragment } from "./generated/offers";

type Question = OfferDetailsFragment["questions"][number];

const answerLimit = 1000;
const nameOf = (index: number) => `answer-${index}`;

/** The mentor's questions, as fields of the form of a booking. */
export function QuestionFields({ questions }: { questions: readonly Question[] }) {
  return questions.map((question, index) =>
    question.kind === "TEXT" ? (
      <TextArea
        key={question.label}
        name={nameOf(index)}
        path={`answers.${index}`}
        label={question.label}
        isOptional={!question.isRequired}
        limit={answerLimit}
        rows={2}
      />
    ) : (
      <ChoiceField key={question.label} question={question} index={index} />
    ),
  );
}

/** The answers in the order of the questions, also the empty ones: the number in a problem's path is that of its field. */
export const readAnswers = (questions: readonly Question[], values: FormData) =>
  questions.map(({ label, kind }, index) => {
    const text = textValue(values, nameOf(index));
    const chosen = values.getAll(nameOf(index)).filter((value) => value !== "") as string[];
    return { label, values: kind !== "TEXT" ? chosen : text === null ? [] : [text] };
  });

/** One choice as radio buttons, several as checkboxes. */
function ChoiceField({ question, index }: { question: Question; index: number }) {
  const t = useTranslate();
  const id = useId();
  const { problems, dismiss } = useFieldProblems(`answers.${index}`);
  const isOne = question.kind === "CHOICE";
  const option = (value: string, text: string, isDefault = false) => (
    <label className="choice" key={value}>
      <input
        type={isOne ? "radio" : "checkbox"}
        name={nameOf(index)}
        value={value}
        defaultChecked={isDefault}
        onChange={dismiss}
      />
      <span dir="auto">{text}</span>
    </label>
  );
  return (
    <fieldset
      className="field"
      role={isOne ? "radiogroup" : undefined}
      tabIndex={-1}
      aria-invalid={(isOne && problems.length > 0) || undefined}
      aria-describedby={`${id}-fault`}
    >
      <legend className="label">
        <bdi>{question.label}</bdi>
        {!question.isRequired && <span className="soft"> {t("form.optional")}</span>}
      </legend>
      {question.choices.map((choice) => option(choice, choice))}
      {isOne && !question.isRequired && option("", t("answer.none"), true)}
      <FieldErrors problems={problems} id={`${id}-fault`} />
    </fieldset>
  );
}
