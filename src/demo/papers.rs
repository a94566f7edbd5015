//! The files of the demo campus: papers of one page, as PDF.

use std::fmt::Write as _;

use bytes::Bytes;

use crate::accounts::AccountId;
use crate::app::App;
use crate::error::Result;
use crate::files::{Attachments, rules as files};

pub struct Paper {
    pub name: &'static str,
    /// In ASCII, without brackets and backslashes. The first one is the title.
    pub lines: &'static [&'static str],
}

pub const EXERCISES: Paper = Paper {
    name: "Exercises 7.pdf",
    lines: &[
        "Analysis: exercises 7",
        "1. Show that every bounded monotone sequence converges.",
        "2. Find a sequence whose limit points are all integers.",
        "3. Where does the argument of the lecture use completeness?",
        "Due on Thursday, before the clock in 2.14 says so.",
    ],
};

pub const ATTEMPT: Paper = Paper {
    name: "Exercise 7, my attempt.pdf",
    lines: &[
        "Exercise 7",
        "Let x be the limit. Then the rest of the sum is at most one half.",
        "Why can I exchange the sum and the limit here?",
        "I am stuck on this line since Sunday.",
    ],
};

/// Stores a paper of an account, and returns it as what is attached to a message or a booking.
pub async fn attach(app: &App, owner: AccountId, paper: &Paper) -> Result<Attachments> {
    let file = files::store_file(app, owner, Some(paper.name), pdf(paper.lines)).await?;
    Ok(Attachments { files: vec![Some(file.id)], ..Attachments::default() })
}

/// Returns a page of A4 with these lines.
fn pdf(lines: &[&str]) -> Bytes {
    let mut text = String::from("BT /F1 20 Tf 24 TL 72 760 Td\n");
    for (number, line) in lines.iter().enumerate() {
        let size = if number == 0 { "" } else { "/F1 12 Tf " };
        let _ = writeln!(text, "{size}({line}) Tj T*");
    }
    text.push_str("ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let (mut pdf, mut places) = (String::from("%PDF-1.4\n"), String::new());
    for (number, object) in objects.iter().enumerate() {
        let _ = writeln!(places, "{:010} 00000 n ", pdf.len());
        let _ = writeln!(pdf, "{} 0 obj\n{object}\nendobj", number + 1);
    }
    let (start, size) = (pdf.len(), objects.len() + 1);
    let _ = write!(pdf, "xref\n0 {size}\n0000000000 65535 f \n{places}");
    let _ = write!(pdf, "trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    pdf.into()
}
