//! Which questions a mentor may ask, and which answers a student may give.

use super::{Answer, Answers, Question, QuestionKind, Questions};
use crate::error::{Code, Problem, Problems};
use crate::sentences::{Sentence, Value, say};
use crate::text::{Lines, check_text, is_blank};

pub const MAX_QUESTIONS: usize = 10;
pub const MAX_CHOICES: usize = 20;

const MAX_LABEL_LENGTH: usize = 200;
const MAX_CHOICE_LENGTH: usize = 100;
const MAX_ANSWER_LENGTH: usize = 1_000;

/// Returns the questions with cleaned texts, or adds what is wrong with them to `problems`.
pub fn check_questions(questions: Vec<Question>, problems: &mut Problems) -> Questions {
    const FIELD: &str = "questions";
    if questions.len() > MAX_QUESTIONS {
        let message = say::TooManyQuestions { max: Value::number(MAX_QUESTIONS) };
        problems.extend([Problem::member(FIELD, Code::TooLong, message).with_limit(MAX_QUESTIONS)]);
        return Questions::default();
    }
    let mut checked: Vec<Question> = Vec::with_capacity(questions.len());
    for (index, question) in questions.into_iter().enumerate() {
        let at = |problem: Problem| moved(problem, FIELD, index);
        let label = check_text("label", &question.label, 1, MAX_LABEL_LENGTH, Lines::One);
        let label = label.and_then(|label| {
            if checked.iter().any(|earlier| earlier.label == label) {
                return Err(Problem::member("label", Code::Invalid, say::QuestionRepeated));
            }
            Ok(label)
        });
        let label = problems.check(label.map_err(at)).unwrap_or_default();
        let mut own = Problems::default();
        let choices = check_choices(question.kind, &question.choices, &mut own);
        problems.extend(own.into_problems().into_iter().map(at));
        checked.push(Question { label, choices, ..question });
    }
    Questions(checked)
}

fn check_choices(kind: QuestionKind, choices: &[String], problems: &mut Problems) -> Vec<String> {
    const FIELD: &str = "choices";
    let problem = |code, message: Sentence| Problem::member(FIELD, code, message);
    if kind == QuestionKind::Text {
        if !choices.is_empty() {
            problems.extend([problem(Code::Invalid, say::QuestionWithoutChoices.into())]);
        }
        return Vec::new();
    }
    if choices.is_empty() {
        problems.extend([problem(Code::TooShort, say::ChoicesMissing.into()).with_limit(1)]);
    }
    if choices.len() > MAX_CHOICES {
        let message = say::TooManyChoices { max: Value::number(MAX_CHOICES) };
        problems.extend([problem(Code::TooLong, message.into()).with_limit(MAX_CHOICES)]);
        return Vec::new();
    }
    let mut checked: Vec<String> = Vec::with_capacity(choices.len());
    for (index, choice) in choices.iter().enumerate() {
        let text = check_text(FIELD, choice, 1, MAX_CHOICE_LENGTH, Lines::One).and_then(|text| {
            if checked.contains(&text) {
                return Err(problem(Code::Invalid, say::ChoiceRepeated.into()));
            }
            Ok(text)
        });
        checked.extend(problems.check(text.map_err(|problem| problem.at(index))));
    }
    checked
}

/// Returns what an answer says: without spaces at the end of a value, and without the blank values, which stand for no
/// answer.
pub fn given_values(answer: &Answer) -> Answer {
    let values = answer.values.iter().filter(|value| !is_blank(value)).map(|value| value.trim_end().to_owned());
    Answer { label: answer.label.trim().to_owned(), values: values.collect() }
}

/// Returns the answers in the order of the questions, or adds what is wrong with them to `problems`. The draft contains
/// given values; see [`given_values`].
pub fn check_answers(questions: &Questions, draft: &[Answer], problems: &mut Problems) -> Answers {
    const FIELD: &str = "answers";
    let Questions(questions) = questions;
    if draft.len() > MAX_QUESTIONS {
        let message = say::TooManyAnswers { max: Value::number(MAX_QUESTIONS) };
        problems.extend([Problem::member(FIELD, Code::TooLong, message).with_limit(MAX_QUESTIONS)]);
        return Answers::default();
    }
    for (index, answer) in draft.iter().enumerate() {
        let problem = |code, message: Sentence| Problem::member(FIELD, code, message).at(index).below("label");
        if !questions.iter().any(|question| question.label == answer.label) {
            let message = say::QuestionUnknown;
            problems.extend([problem(Code::Conflict, message.into())]);
        } else if draft[..index].iter().any(|earlier| earlier.label == answer.label) {
            problems.extend([problem(Code::Invalid, say::AnswerRepeated.into())]);
        }
    }
    let mut answers = Vec::new();
    for question in questions {
        let Some(index) = draft.iter().position(|answer| answer.label == question.label) else {
            if question.is_required {
                let message = say::AnswerMissing { question: Value::name(&question.label) };
                problems.extend([Problem::member(FIELD, Code::TooShort, message).with_limit(1)]);
            }
            continue;
        };
        let at = |problem: Problem| moved(problem, FIELD, index);
        let values = problems.check(check_values(question, &draft[index].values).map_err(at)).unwrap_or_default();
        if !values.is_empty() {
            answers.push(Answer { label: question.label.clone(), values });
        }
    }
    Answers(answers)
}

/// Returns the values of one answer, choices in the order of the question.
fn check_values(question: &Question, values: &[String]) -> Result<Vec<String>, Problem> {
    const FIELD: &str = "values";
    if values.is_empty() {
        let message = say::QuestionUnanswered;
        let missing = Problem::member(FIELD, Code::TooShort, message).with_limit(1);
        return if question.is_required { Err(missing) } else { Ok(Vec::new()) };
    }
    if values.len() > 1 && question.kind != QuestionKind::Choices {
        return Err(Problem::member(FIELD, Code::TooLong, say::SeveralAnswers).with_limit(1));
    }
    if question.kind == QuestionKind::Text {
        return values.iter().map(|text| check_text(FIELD, text, 1, MAX_ANSWER_LENGTH, Lines::Many)).collect();
    }
    let values: Vec<&str> = values.iter().map(|value| value.trim()).collect();
    let is_chosen = |choice: &String| values.contains(&choice.as_str());
    if let Some(unknown) = values.iter().find(|value| question.choices.iter().all(|choice| choice != **value)) {
        let message = say::ChoiceUnknown { choice: Value::name(*unknown) };
        return Err(Problem::member(FIELD, Code::Invalid, message));
    }
    let chosen: Vec<String> = question.choices.iter().filter(|choice| is_chosen(choice)).cloned().collect();
    if chosen.len() < values.len() {
        return Err(Problem::member(FIELD, Code::Invalid, say::ChosenTwice));
    }
    Ok(chosen)
}

/// Returns a problem whose path begins with the item of a list.
fn moved(problem: Problem, list: &'static str, index: usize) -> Problem {
    let path = [list.into(), index.to_string().into()].into_iter().chain(problem.path.into_iter().flatten());
    Problem { path: Some(path.collect()), ..problem }
}
