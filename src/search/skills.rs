//! Skills have several names: Node.js, `NodeJS` and Node are one skill.

use super::words;

/// Other names of a skill, folded and without spaces.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("ai", "artificialintelligence"),
    ("aws", "amazonwebservices"),
    ("cpp", "c++"),
    ("csharp", "c#"),
    ("css3", "css"),
    ("dotnet", "net"),
    ("es6", "javascript"),
    ("fsharp", "f#"),
    ("gcp", "googlecloudplatform"),
    ("golang", "go"),
    ("html5", "html"),
    ("js", "javascript"),
    ("k8s", "kubernetes"),
    ("ml", "machinelearning"),
    ("mongo", "mongodb"),
    ("nlp", "naturallanguageprocessing"),
    ("objc", "objectivec"),
    ("postgres", "postgresql"),
    ("py", "python"),
    ("sklearn", "scikitlearn"),
    ("tailwindcss", "tailwind"),
    ("ts", "typescript"),
];

/// Skills that include another one.
const INCLUDES_SQL: &[&str] = &["sqlite", "mariadb"];

/// Returns the one name for all names of a skill, given folded and without spaces.
pub fn common_name(name: &str) -> &str {
    match OTHER_NAMES.binary_search_by_key(&name, |(other, _)| *other) {
        Ok(index) => OTHER_NAMES.get(index).map_or(name, |(_, common)| *common),
        Err(_) => name.strip_suffix("js").filter(|stem| stem.len() > 1).unwrap_or(name),
    }
}

/// Returns the words by which a skill is filtered: each of its words, neighbours together, and what it includes.
pub fn stored_keys(skill: &str) -> Vec<String> {
    let tokens = words::tokens(skill);
    let mut keys = vec![key(skill)];
    for length in 1..=3 {
        let joined = tokens.windows(length).map(|tokens| tokens.iter().map(|token| token.text.as_str()).collect());
        keys.extend(joined.map(|name: String| common_name(&words::truncate(&name)).to_owned()));
    }
    for token in tokens.iter().filter(|token| token.is_unspaced()) {
        keys.extend(token.segments.iter().flatten().cloned());
        keys.extend(words::pairs(&token.text).chain(words::single_letters(&token.text)));
    }
    if keys.iter().any(|key| key.ends_with("sql") || INCLUDES_SQL.contains(&key.as_str())) {
        keys.push("sql".to_owned());
    }
    keys.retain(|key| !key.is_empty());
    keys
}

/// Returns the words that all have to be among the stored keys of a skill that a filter names.
pub fn filter_keys(skill: &str) -> Vec<String> {
    let tokens = words::tokens(skill);
    if !tokens.iter().any(words::Token::is_unspaced) {
        return vec![key(skill)];
    }
    let keys = tokens.iter().flat_map(|token| {
        if token.is_unspaced() {
            words::typed_pairs(&token.text, MAX_PAIRS)
        } else {
            vec![common_name(&token.text).to_owned()]
        }
    });
    keys.collect()
}

/// How many pairs of characters of a filter are compared.
const MAX_PAIRS: usize = 20;

/// Returns a skill without spaces and punctuation, or with them if it has nothing else.
fn key(skill: &str) -> String {
    let name: String = words::split_words(skill).concat();
    if name.is_empty() { super::fold(skill.trim()) } else { common_name(&words::truncate(&name)).to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_names_are_sorted_and_lead_to_a_common_name() {
        assert!(OTHER_NAMES.is_sorted());
        for (other, common) in OTHER_NAMES {
            assert_eq!(common_name(common), *common, "{other}");
        }
    }

    #[test]
    fn a_skill_is_found_by_its_names_and_words() {
        for (skill, filters) in [
            ("Node.js", &["node", "NodeJS", "node js", "Node-JS"][..]),
            ("Vue", &["vue.js", "VueJS"]),
            ("Ruby on Rails", &["rails", "ruby", "Ruby-on-Rails", "rubyonrails"]),
            ("PostgreSQL", &["sql", "postgres", "postgre-sql"]),
            ("C++", &["c++", "cpp"]),
            ("Machine Learning", &["ML", "machine-learning", "learning"]),
            ("Applied machine learning", &["machine learning"]),
            ("数据库设计", &["数据库", "数据", "库", "设计", "数"]),
            ("C语言", &["c语言", "语言", "c"]),
            (":-)", &[":-)"]),
        ] {
            for filter in filters {
                let keys = stored_keys(skill);
                assert!(filter_keys(filter).iter().all(|key| keys.contains(key)), "{skill} {filter}");
            }
        }
        for (skill, filter) in [("JavaScript", "java"), ("C++", "c"), ("C#", "c"), ("Node.js", "nod"), ("%", "")] {
            let keys = stored_keys(skill);
            assert!(!filter_keys(filter).iter().all(|key| keys.contains(key)), "{skill} {filter}");
        }
    }
}
