//! Generates a type for each sentence of `locales`, so that code can only use sentences that all languages have, with
//! the arguments that they expect.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;

pub const LOCALES: &str = "locales";

/// The language whose sentences the others translate.
const ORIGINAL: &str = "en";

/// The sentences of a language, by key: the English text, for the documentation, and the names of its arguments.
pub type Sentences = BTreeMap<String, (String, BTreeSet<String>)>;

/// Returns the generated code.
///
/// # Errors
/// What is wrong, a line each: a sentence that a language lacks or has in addition, and arguments that differ.
pub fn generate() -> Result<String, Box<dyn Error>> {
    let mut files = String::from("pub(super) const FILES: &[(&str, &[&str])] = &[\n");
    let mut languages = Vec::new();
    for (language, directory) in entries(Path::new(LOCALES))? {
        writeln!(files, "({language:?}, &[")?;
        let mut sentences = Sentences::new();
        for (file, path) in entries(&directory)? {
            let text = fs::read_to_string(&path)?;
            read(&text, &mut sentences).map_err(|problem| format!("{LOCALES}/{language}/{file}: {problem}"))?;
            let path = fs::canonicalize(path)?;
            writeln!(files, "include_str!({:?}),", path.to_str().ok_or("the path of the project is not UTF-8")?)?;
        }
        files.push_str("]),\n");
        languages.push((language, sentences));
    }
    files.push_str("];\n");
    let original = languages.iter().find(|(language, _)| language == ORIGINAL).map(|(_, sentences)| sentences);
    let original = original.ok_or_else(|| format!("{LOCALES}/{ORIGINAL} is missing"))?;
    let faults: Vec<String> =
        languages.iter().flat_map(|(language, sentences)| compare(language, original, sentences)).collect();
    if !faults.is_empty() {
        return Err(faults.join("\n").into());
    }
    let types: String = original.iter().map(|(key, (text, arguments))| type_of(key, text, arguments)).collect();
    Ok(format!("{files}\npub mod say {{\nuse super::{{Sentence, Value}};\n{types}}}\n"))
}

/// Returns the entries of a directory by name, sorted.
fn entries(directory: &Path) -> Result<BTreeMap<String, PathBuf>, Box<dyn Error>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        found.insert(entry.file_name().to_string_lossy().into_owned(), entry.path());
    }
    Ok(found)
}

/// Adds the sentences of a file.
///
/// # Errors
/// What is wrong with the file.
pub fn read(text: &str, sentences: &mut Sentences) -> Result<(), String> {
    let resource = parser::parse(text).map_err(|(_, errors)| format!("{errors:?}"))?;
    for entry in resource.body {
        match entry {
            Entry::Message(message) => {
                let key = message.id.name.to_owned();
                let pattern = message.value.filter(|_| message.attributes.is_empty());
                let pattern = pattern.ok_or_else(|| format!("{key} must have a value and no attributes"))?;
                let mut arguments = BTreeSet::new();
                collect(&pattern, &mut arguments);
                if sentences.insert(key.clone(), (show(&pattern), arguments)).is_some() {
                    return Err(format!("{key} is there twice"));
                }
            }
            Entry::Term(_) => return Err("terms are not used: every sentence stands alone".to_owned()),
            Entry::Junk { content } => return Err(format!("this is not valid: {content}")),
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
        }
    }
    Ok(())
}

fn collect(pattern: &Pattern<&str>, arguments: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        match element {
            PatternElement::Placeable { expression: Expression::Inline(inline) } => collect_inline(inline, arguments),
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                collect_inline(selector, arguments);
                for variant in variants {
                    collect(&variant.value, arguments);
                }
            }
            PatternElement::TextElement { .. } => {}
        }
    }
}

fn collect_inline(inline: &InlineExpression<&str>, arguments: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            arguments.insert(id.name.to_owned());
        }
        InlineExpression::FunctionReference { arguments: CallArguments { positional, .. }, .. } => {
            for inline in positional {
                collect_inline(inline, arguments);
            }
        }
        _ => {}
    }
}

/// Returns a pattern as one line of documentation.
fn show(pattern: &Pattern<&str>) -> String {
    let show = |element: &PatternElement<&str>| match element {
        PatternElement::TextElement { value } => (*value).to_owned(),
        PatternElement::Placeable { expression: Expression::Inline(InlineExpression::VariableReference { id }) } => {
            format!("{{{}}}", id.name)
        }
        PatternElement::Placeable { .. } => "{..}".to_owned(),
    };
    pattern.elements.iter().map(show).collect::<String>().replace('\n', " ")
}

/// Returns how a language differs from the original.
pub fn compare(language: &str, original: &Sentences, translated: &Sentences) -> Vec<String> {
    let fault = |key: &str, fault: String| format!("{LOCALES}/{language}: the sentence {key} {fault}");
    let missing = original.iter().filter_map(|(key, (_, arguments))| match translated.get(key) {
        None => Some(fault(key, "is missing".to_owned())),
        Some((_, found)) if found != arguments => {
            Some(fault(key, format!("has the arguments {found:?} instead of {arguments:?}")))
        }
        Some(_) => None,
    });
    let surplus = translated.keys().filter(|key| !original.contains_key(*key));
    missing.chain(surplus.map(|key| fault(key, format!("is not in {LOCALES}/{ORIGINAL}")))).collect()
}

/// Returns the type of a sentence, and its conversion. The compiler finds a type that no code uses.
fn type_of(key: &str, text: &str, arguments: &BTreeSet<String>) -> String {
    let capitalised = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    let name: String = key.split('-').map(capitalised).collect();
    let text = text.replace('[', "\\[");
    let fields: String = arguments.iter().map(|argument| format!("pub {argument}: Value,")).collect();
    let values: String = arguments.iter().map(|argument| format!("({argument:?}, said.{argument}),")).collect();
    let (body, said) = if arguments.is_empty() { (";".to_owned(), "_") } else { (format!(" {{ {fields} }}"), "said") };
    format!(
        "/// `{text}`\npub(crate) struct {name}{body}\n\
         impl From<{name}> for Sentence {{ fn from({said}: {name}) -> Self {{ Self::new({key:?}, vec![{values}]) }} }}\n"
    )
}
