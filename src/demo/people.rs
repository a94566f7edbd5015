//! The members of the demo campus.

use super::random::Random;
use crate::accounts::registration::profile::NewProfile;

const FIRST_NAMES: &[&str] = &[
    "Ada",
    "Aïcha",
    "Alejandro",
    "Amara",
    "Anouk",
    "Aylin",
    "Björn",
    "Camille",
    "Chiara",
    "Daniel",
    "Dmitri",
    "Eleni",
    "Émile",
    "Esra",
    "Farid",
    "Femi",
    "Fiona",
    "Giulia",
    "Hana",
    "Hélène",
    "Ines",
    "Ivan",
    "Jakub",
    "Jana",
    "João",
    "José",
    "Joris",
    "Kaito",
    "Karim",
    "Katya",
    "Kofi",
    "Lars",
    "Leila",
    "Léo",
    "Linh",
    "Łukasz",
    "Magda",
    "Malik",
    "Marek",
    "Mateo",
    "Mei",
    "Milan",
    "Mira",
    "Nadia",
    "Naledi",
    "Niamh",
    "Nils",
    "Noor",
    "Olena",
    "Omar",
    "Oskar",
    "Paul",
    "Petra",
    "Priya",
    "Quentin",
    "Rafael",
    "Ravi",
    "Renée",
    "Roos",
    "Salma",
    "Sanne",
    "Sara",
    "Selin",
    "Siobhán",
    "Søren",
    "Stefan",
    "Tariq",
    "Thandi",
    "Tomás",
    "Tove",
    "Ulla",
    "Viktor",
    "Wanda",
    "Xavier",
    "Yara",
    "Yusuf",
    "Zeynep",
    "Zoë",
    "Zuzana",
];

const LAST_NAMES: &[&str] = &[
    "Abebe",
    "Almeida",
    "Andersson",
    "Aydın",
    "Bakker",
    "Banerjee",
    "Bauer",
    "Benali",
    "Bianchi",
    "Błaszczyk",
    "Castillo",
    "Chen",
    "Cohen",
    "Conti",
    "Čermák",
    "Dahl",
    "Diallo",
    "Dubois",
    "Eriksson",
    "Fernández",
    "Fischer",
    "Fontaine",
    "García",
    "Haddad",
    "Hansen",
    "Hartmann",
    "Hoang",
    "Ibrahim",
    "Ivanova",
    "Jansen",
    "Jensen",
    "Kaya",
    "Keller",
    "Kim",
    "Kowalski",
    "Kruger",
    "Larsen",
    "Laurent",
    "Lefèvre",
    "Lindqvist",
    "López",
    "Maas",
    "Mäkinen",
    "Marin",
    "Mbeki",
    "Meyer",
    "Moreau",
    "Müller",
    "Nakamura",
    "Ndiaye",
    "Nguyen",
    "Novák",
    "Nwosu",
    "O'Brien",
    "Okafor",
    "Oliveira",
    "Øverland",
    "Papadopoulos",
    "Patel",
    "Petrov",
    "Popescu",
    "Quispe",
    "Rahman",
    "Ricci",
    "Rossi",
    "Saito",
    "Santos",
    "Schneider",
    "Silva",
    "Singh",
    "Sørensen",
    "Suzuki",
    "Szabó",
    "Tanaka",
    "Traoré",
    "Vargas",
    "Visser",
    "Wagner",
    "Weiß",
    "Wójcik",
    "Yılmaz",
    "Zhang",
    "Zimmermann",
];

/// A field of study with skills of its students.
const FIELDS: &[(&str, &[&str])] = &[
    ("Computer Science", &["Rust", "Java", "JavaScript", "Python", "databases", "compilers", "GraphQL", "Linux"]),
    ("Mathematics", &["analysis", "linear algebra", "probability", "LaTeX", "topology", "number theory"]),
    ("Physics", &["mechanics", "quantum theory", "optics", "Fortran", "lab work", "statistics"]),
    ("Biology", &["genetics", "microscopy", "ecology", "R", "fieldwork", "botany"]),
    ("Chemistry", &["organic synthesis", "spectroscopy", "titration", "lab safety", "crystallography"]),
    ("Medicine", &["anatomy", "first aid", "physiology", "patient interviews", "pharmacology"]),
    ("Law", &["contracts", "moot court", "legal writing", "constitutional law", "negotiation"]),
    ("Economics", &["econometrics", "Stata", "game theory", "accounting", "public policy"]),
    ("History", &["archives", "Latin", "oral history", "palaeography", "essay writing"]),
    ("Linguistics", &["phonetics", "syntax", "French", "Arabic", "corpus linguistics", "translation"]),
    ("Architecture", &["model making", "drawing", "CAD", "urban planning", "building physics"]),
    ("Music", &["piano", "violin", "harmony", "choir", "recording", "improvisation"]),
    ("Philosophy", &["logic", "ethics", "Greek", "argumentation", "reading groups"]),
    ("Mechanical Engineering", &["CAD", "thermodynamics", "welding", "MATLAB", "3D printing"]),
    ("Psychology", &["interviews", "statistics", "experiment design", "listening", "SPSS"]),
];

const ABOUT: &[&str] = &[
    "Usually in the library, second floor, by the window.",
    "Looking for people to revise for the oral exam with.",
    "I explain things better with coffee.",
    "On my second degree. The first one was the wrong one.",
    "Happy to help first-years find their way around.",
    "Choir on Tuesdays, climbing on Thursdays, problem sets in between.",
    "Here for an exchange year. Show me your favourite spot.",
    "Ask me about my thesis only if you have an hour.",
    "Will repair your bike in return for lecture notes.",
    "I write everything down and forget most of it.",
];

/// A member to register.
#[derive(Clone, Debug)]
pub struct DemoMember {
    pub username: String,
    pub profile: NewProfile,
    pub about: Option<&'static str>,
}

/// Draws a member. The number makes the username unique.
pub fn draw(random: &mut Random, number: usize) -> DemoMember {
    let (first, last) = (random.pick(FIRST_NAMES), random.pick(LAST_NAMES));
    let (field, skills) = FIELDS[random.below(FIELDS.len())];
    let skill_count = 1 + random.below(4);
    let from = random.below(skills.len());
    let skills = skills.iter().cycle().skip(from).take(skill_count.min(skills.len())).map(|skill| (*skill).to_owned());
    DemoMember {
        username: format!("{}.{}{number}", ascii_name(first), ascii_name(last)),
        profile: NewProfile {
            first_name: Some(first.to_owned()),
            last_name: Some(last.to_owned()),
            field_of_study: Some(field.to_owned()),
            skills: skills.collect(),
            year: i32::try_from(1 + random.below(5)).ok(),
            student_number: Some(format!("s{:07}", 1_000_000 + number)),
        },
        about: (!random.once_in(3)).then(|| random.pick(ABOUT)),
    }
}

/// Returns the first eight letters of a name in lower-case ASCII, for a username.
fn ascii_name(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let letters = name.nfd().flat_map(char::to_lowercase).filter_map(|letter| match letter {
        'ß' => Some('s'),
        'ø' => Some('o'),
        'ł' => Some('l'),
        'ı' => Some('i'),
        letter => Some(letter).filter(char::is_ascii_alphabetic),
    });
    letters.take(8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::names::check_username;
    use crate::error::Problems;
    use std::collections::HashSet;

    #[test]
    fn every_demo_member_passes_the_checks_of_a_registration() {
        let mut random = Random::new(1);
        let members: Vec<DemoMember> = (0..5_000).map(|number| draw(&mut random, number)).collect();
        let mut folds = HashSet::new();
        for member in &members {
            let checked = check_username(&member.username, "username");
            let fold = checked.unwrap_or_else(|problem| panic!("{}: {problem:?}", member.username)).fold;
            assert!(folds.insert(fold), "the username {} is taken", member.username);
            let mut problems = Problems::default();
            let _ = member.profile.validate(&mut problems);
            assert!(problems.finish().is_ok(), "{member:?}");
        }
    }
}
