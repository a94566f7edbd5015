//! What newcomers say about themselves: checked with the form, written in the transaction that makes the member.

use crate::accounts::AccountId;
use crate::db::{Query, Result, Tx};
use crate::error::{Code, Problem, Problems};
use crate::text::{Lines, check_text};

pub const LONGEST_NAME: usize = 50;
pub const LONGEST_FIELD_OF_STUDY: usize = 100;
pub const LONGEST_STUDENT_NUMBER: usize = 50;
const LONGEST_SKILL: usize = 40;
const MOST_SKILLS: usize = 30;
/// A year of study or of graduation.
const YEARS: std::ops::RangeInclusive<i32> = 1..=2200;

/// The part of the form that is not needed to sign in.
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
    /// Returns the same trimmed, and notes what is wrong with it.
    #[must_use]
    pub fn checked(&self, problems: &mut Problems) -> Self {
        let mut text = |member, value: &Option<String>, longest| {
            let value = value.as_deref()?;
            problems.check(check_text(member, value, 1, longest, Lines::One))
        };
        Self {
            first_name: text("firstName", &self.first_name, LONGEST_NAME),
            last_name: text("lastName", &self.last_name, LONGEST_NAME),
            field_of_study: text("fieldOfStudy", &self.field_of_study, LONGEST_FIELD_OF_STUDY),
            student_number: text("studentNumber", &self.student_number, LONGEST_STUDENT_NUMBER),
            skills: check_skills(&self.skills, problems),
            year: self.year.and_then(|year| problems.check(check_year(year))),
        }
    }

    /// Writes down what was given; the rest of a guest's profile stays.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn write(&self, tx: &mut Tx, id: AccountId) -> Result<()> {
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
                "insert into contact_details (user_id, student_number) values ($1, $2)
                 on conflict (user_id) do update set student_number = excluded.student_number",
                &[&id, number],
            )
            .await?;
        }
        Ok(())
    }
}

/// Checks a year of study.
///
/// # Errors
/// Invalid, at the member `year`.
pub fn check_year(year: i32) -> Result<i32, Problem> {
    if YEARS.contains(&year) {
        return Ok(year);
    }
    Err(Problem::member("year", Code::Invalid, format!("A year lies between {} and {}.", YEARS.start(), YEARS.end())))
}

/// Returns skills trimmed, and notes what is wrong with them.
pub fn check_skills(skills: &[String], problems: &mut Problems) -> Vec<String> {
    if skills.len() > MOST_SKILLS {
        problems.extend([Problem::member("skills", Code::TooLong, format!("At most {MOST_SKILLS} skills."))]);
        return Vec::new();
    }
    let checked = skills.iter().enumerate().filter_map(|(place, skill)| {
        let checked = check_text("skills", skill, 1, LONGEST_SKILL, Lines::One);
        problems.check(checked.map_err(|problem| problem.at(place)))
    });
    checked.collect()
}
