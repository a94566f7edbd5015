//! GraphQL for questions and answers.

use async_graphql::{InputObject, Object};

use super::{Answer, Question, QuestionKind};

/// A question of the mentor to students who book.
#[Object(name = "BookingQuestion")]
impl Question {
    /// The choices; empty for `TEXT`. At most 20.
    fn choices(&self) -> &[String] {
        &self.choices
    }

    /// Whether the question must be answered.
    fn is_required(&self) -> bool {
        self.is_required
    }

    /// The kind of answer.
    fn kind(&self) -> QuestionKind {
        self.kind
    }

    /// The question: 1 to 200 characters on one line, unique within the appointment.
    fn label(&self) -> &str {
        &self.label
    }
}

/// A question as it was asked, and the student's answer.
#[Object(name = "BookingAnswer")]
impl Answer {
    /// The question as it was when the student booked.
    fn label(&self) -> &str {
        &self.label
    }

    /// The answer: one text, or the chosen choices in their order. At most 20.
    fn values(&self) -> &[String] {
        &self.values
    }
}

/// A question of the mentor to students who book.
#[derive(InputObject)]
pub struct BookingQuestionInput {
    /// The choices: 1 to 20 different texts of 1 to 100 characters on one line; none for `TEXT`.
    choices: Option<Vec<String>>,
    /// Whether the question must be answered.
    #[graphql(default = false)]
    is_required: bool,
    /// The kind of answer.
    #[graphql(default_with = "QuestionKind::Text")]
    kind: QuestionKind,
    /// The question: 1 to 200 characters after trimming, on one line, unique within the appointment.
    label: String,
}

impl From<BookingQuestionInput> for Question {
    fn from(BookingQuestionInput { choices, is_required, kind, label }: BookingQuestionInput) -> Self {
        Self { label, kind, choices: choices.unwrap_or_default(), is_required }
    }
}

/// The answer to one question of the appointment.
#[derive(InputObject)]
pub struct BookingAnswerInput {
    /// The `label` of the question. `CONFLICT` if the appointment does not have it any more.
    label: String,
    /// The answer: one text, or the chosen choices; empty or blank for no answer.
    values: Vec<String>,
}

impl From<BookingAnswerInput> for Answer {
    fn from(BookingAnswerInput { label, values }: BookingAnswerInput) -> Self {
        Self { label, values }
    }
}
