//! The profile of a new member: validated with the registration, stored in the transaction that creates the member.

use super::student_numbers;
use crate::accounts::AccountId;
use crate::db::{Query, Result, Tx};
use crate::error::{Code, Problem, Problems};
use crate::sentences::{Value, say};
use crate::text::{Lines, check_text};

pub const MAX_NAME_LENGTH: usize = 50;
pub const MAX_FIELD_OF_STUDY_LENGTH: usize = 100;
pub const MAX_STUDENT_NUMBER_LENGTH: usize = 50;
const MAX_SKILL_LENGTH: usize = 40;
const MAX_SKILLS: usize = 30;
/// Wide enough for a year of study and for a year of graduation.
const YEARS: std::ops::RangeInclusive<i32> = 1..=2200;

/// The optional profile fields of a registration.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct NewProfile {
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub field_of_study: Option<String>,
    pub skills: Vec<String>,
    pub year: Option<i32>,
    pub student_number: Option<String>,
}

impl NewProfile {
    /// Returns the profile with its texts trimmed, and adds what is invalid to `problems`.
    #[must_use]
    pub fn validate(&self, problems: &mut Problems) -> Self {
        let mut text = |name, value: &Option<String>, max_length| {
            let value = value.as_deref()?;
            problems.check(check_text(name, value, 1, max_length, Lines::One))
        };
        Self {
            first_name: text("firstName", &self.first_name, MAX_NAME_LENGTH),
            last_name: text("lastName", &self.last_name, MAX_NAME_LENGTH),
            field_of_study: text("fieldOfStudy", &self.field_of_study, MAX_FIELD_OF_STUDY_LENGTH),
            student_number: text("studentNumber", &self.student_number, MAX_STUDENT_NUMBER_LENGTH),
            skills: check_skills(&self.skills, problems),
            year: self.year.and_then(|year| problems.check(check_year(year))),
        }
    }

    /// Stores the fields that are set. The other fields of a guest's profile stay as they are.
    pub async fn save(&self, tx: &mut Tx, id: AccountId) -> Result<()> {
        let year = self.year.map(i64::from);
        tx.run(
            "update users set first_name = coalesce($2, first_name), last_name = coalesce($3, last_name),
                              field_of_study = coalesce($4, field_of_study), study_year = coalesce($5, study_year)
             where id = $1",
            &[&id, &self.first_name, &self.last_name, &self.field_of_study, &year],
        )
        .await?;
        for (position, skill) in (0_i64..).zip(&self.skills) {
            tx.run("insert into user_skills (user_id, position, skill) values ($1, $2, $3)", &[&id, &position, skill])
                .await?;
        }
        if let Some(number) = &self.student_number {
            tx.run(
                "insert into contact_details (user_id, student_number, student_number_fold) values ($1, $2, $3)
                 on conflict (user_id) do update set student_number = excluded.student_number,
                     student_number_fold = excluded.student_number_fold",
                &[&id, number, &student_numbers::fold(number)],
            )
            .await?;
        }
        Ok(())
    }
}

/// Checks a year of study or of graduation.
///
/// # Errors
/// Invalid, at the input field `year`.
pub fn check_year(year: i32) -> Result<i32, Problem> {
    if YEARS.contains(&year) {
        return Ok(year);
    }
    let message = say::YearOutOfRange { min: Value::number(*YEARS.start()), max: Value::number(*YEARS.end()) };
    Err(Problem::member("year", Code::Invalid, message))
}

/// Returns the skills trimmed, and adds what is invalid to `problems`.
pub fn check_skills(skills: &[String], problems: &mut Problems) -> Vec<String> {
    if skills.len() > MAX_SKILLS {
        let message = say::TooManySkills { max: Value::number(MAX_SKILLS) };
        problems.extend([Problem::member("skills", Code::TooLong, message).with_limit(MAX_SKILLS)]);
        return Vec::new();
    }
    let checked = skills.iter().enumerate().filter_map(|(index, skill)| {
        let checked = check_text("skills", skill, 1, MAX_SKILL_LENGTH, Lines::One);
        problems.check(checked.map_err(|problem| problem.at(index)))
    });
    checked.collect()
}
