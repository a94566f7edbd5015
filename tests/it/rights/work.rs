//! The work for a text argument is bounded, whatever its length.

use std::collections::BTreeSet;
use std::time::Duration;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, ServiceDocument, Type, TypeKind, TypeSystemDefinition};
use rstest::rstest;
use serde_json::{Value, json};
use studyhall::schema;

use crate::support::{Campus, Engine, Person};

/// A letter that folding turns into 18.
const LETTER: &str = "\u{FDFA}";
/// As many as a request body has room for.
const COUNT: usize = 20_000;

/// More than any answer needs in a build without optimisation, beyond what the request itself needs; folding the text
/// takes seconds there.
const MAX_WORK: Duration = Duration::from_millis(150);

/// The processor time of this thread, on which the test, its client and the server run.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").expect("the kernel counts");
    Duration::from_nanos(stat.split(' ').next().and_then(|text| text.parse().ok()).expect("a number"))
}

fn kind<'d>(document: &'d ServiceDocument, name: &str) -> Option<&'d TypeKind> {
    document.definitions.iter().find_map(|definition| match definition {
        TypeSystemDefinition::Type(definition) if definition.node.name.node == name => Some(&definition.node.kind),
        _ => None,
    })
}

fn base(of: &Type) -> &str {
    match &of.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => base(item),
    }
}

/// Returns a value of this type whose text named `target` is long. Members that are not required and not on the way to
/// it are left out.
fn value(document: &ServiceDocument, of: &Type, path: &str, target: &str, text: &str) -> Option<Value> {
    if let BaseType::List(item) = &of.base {
        return match value(document, item, path, target, text) {
            Some(item) => Some(json!([item])),
            None => (!of.nullable).then(|| json!([])),
        };
    }
    let required = |value: Value| (!of.nullable).then_some(value);
    match (base(of), kind(document, base(of))) {
        ("String" | "ID" | "Upload", _) if path == target => Some(json!(text)),
        ("String" | "ID", _) => required(json!("x")),
        ("Int", _) => required(json!(1)),
        ("Boolean", _) => required(json!(true)),
        ("DateTime", _) => required(json!("2026-11-23T09:00:00Z")),
        ("TimeZone", _) => required(json!("UTC")),
        (_, Some(TypeKind::Enum(values))) => required(json!(values.values[0].node.value.node)),
        (_, Some(TypeKind::InputObject(input))) => {
            let is_one_of = input.fields.len() > 1 && input.fields.iter().all(|field| field.node.ty.node.nullable);
            let members = input.fields.iter().filter_map(|field| {
                let name = field.node.name.node.as_str();
                let inner = format!("{path}.{name}");
                let is_on_path = target == inner || target.starts_with(&format!("{inner}."));
                let is_wanted = is_on_path || (!field.node.ty.node.nullable && !is_one_of);
                is_wanted
                    .then(|| Some((name.to_owned(), value(document, &field.node.ty.node, &inner, target, text)?)))?
            });
            let object: serde_json::Map<String, Value> = members.collect();
            if object.is_empty() && of.nullable { None } else { Some(Value::Object(object)) }
        }
        _ => None,
    }
}

/// Returns the paths of all texts below an argument.
fn texts(document: &ServiceDocument, of: &Type, path: &str, found: &mut BTreeSet<String>) {
    match (base(of), kind(document, base(of))) {
        ("String" | "ID", _) => drop(found.insert(path.to_owned())),
        (_, Some(TypeKind::InputObject(input))) => {
            for field in &input.fields {
                texts(document, &field.node.ty.node, &format!("{path}.{}", field.node.name.node), found);
            }
        }
        _ => {}
    }
}

async fn cost(person: &Person, query: &str, variables: Value) -> (Duration, Value) {
    let before = processor_time();
    let answer = person.execute(query, variables).await;
    (processor_time().saturating_sub(before), answer.body)
}

#[rstest]
#[tokio::test]
async fn the_longest_text_in_any_argument_costs_little(#[values(Engine::Sqlite)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let ada = campus.member("ada").await;
    let document = parse_schema(schema::sdl()).expect("the schema is GraphQL");
    let text = LETTER.repeat(COUNT);
    // What a request with such a variable costs if nothing looks at it.
    let (baseline, _) = cost(&ada, "query Q($id: ID!) { node(id: $id) { id } }", json!({ "id": text })).await;
    let mut tried = 0;
    for root in ["Query", "Mutation"] {
        let Some(TypeKind::Object(object)) = kind(&document, root) else { panic!("{root} is an object") };
        for field in object.fields.iter().map(|field| &field.node) {
            let arguments: Vec<_> = field.arguments.iter().map(|argument| &argument.node).collect();
            let mut found = BTreeSet::new();
            for argument in &arguments {
                texts(&document, &argument.ty.node, argument.name.node.as_str(), &mut found);
            }
            for target in found {
                let mut variables = serde_json::Map::new();
                let mut declared = Vec::new();
                for argument in &arguments {
                    let name = argument.name.node.as_str();
                    let Some(value) = value(&document, &argument.ty.node, name, &target, &text) else { continue };
                    declared.push((name, argument.ty.node.to_string()));
                    variables.insert(name.to_owned(), value);
                }
                let declarations: Vec<String> = declared.iter().map(|(name, of)| format!("${name}: {of}")).collect();
                let passed: Vec<String> = declared.iter().map(|(name, _)| format!("{name}: ${name}")).collect();
                let query = format!(
                    "{} T({}) {{ {}({}) {{ __typename }} }}",
                    root.to_lowercase(),
                    declarations.join(", "),
                    field.name.node,
                    passed.join(", ")
                );
                let query = if field.ty.node.to_string().starts_with("Boolean") {
                    query.replace(" { __typename } }", " }")
                } else {
                    query
                };
                let person = if root == "Mutation" { campus.anonymous() } else { ada.clone() };
                for person in [&person, &ada] {
                    let (spent, body) = cost(person, &query, Value::Object(variables.clone())).await;
                    let code = body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned();
                    assert_ne!(code, "GRAPHQL_VALIDATION_FAILED", "{query}: {body}");
                    assert!(spent < baseline + MAX_WORK, "{} {target}: {spent:?}, {baseline:?}", field.name.node);
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 60, "{tried}");
}
