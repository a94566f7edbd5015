//! The questions of a mentor to students who book, and the answers.

pub mod graphql;
pub mod rules;

use serde::{Deserialize, Serialize};

use crate::locale::Locale;

/// The kind of answer to a question. Clients must expect more values to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[graphql(name = "BookingQuestionKind")]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// Exactly one of the choices.
    Choice,
    /// Any number of the choices, each once.
    Choices,
    /// A text of 1 to 1,000 characters, line breaks allowed.
    Text,
}

/// A question of a mentor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub label: String,
    pub kind: QuestionKind,
    pub choices: Vec<String>,
    pub is_required: bool,
}

/// The questions of an appointment, in order; stored as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Questions(pub Vec<Question>);

/// A question as it was asked, and the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub label: String,
    pub values: Vec<String>,
}

/// The answers of a booking, in the order of the questions; stored as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers(pub Vec<Answer>);

impl Answers {
    /// Returns pairs of a question and its answer as one text, for mails and calendars.
    pub fn in_lines(&self, locale: Locale) -> Vec<(String, String)> {
        let Self(answers) = self;
        answers.iter().map(|answer| (answer.label.clone(), answer.values.join(locale.comma()))).collect()
    }
}

impl TryFrom<String> for Questions {
    type Error = serde_json::Error;

    fn try_from(json: String) -> Result<Self, Self::Error> {
        serde_json::from_str(&json)
    }
}

impl TryFrom<String> for Answers {
    type Error = serde_json::Error;

    fn try_from(json: String) -> Result<Self, Self::Error> {
        serde_json::from_str(&json)
    }
}
