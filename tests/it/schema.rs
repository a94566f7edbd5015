//! The schema: the committed file, descriptions, and conventions.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, FieldDefinition, ServiceDocument, Type, TypeKind, TypeSystemDefinition};
use rstest::rstest;
use serde_json::json;
use studyhall::schema;

use crate::support::{Campus, Engine};

fn parsed() -> ServiceDocument {
    parse_schema(schema::sdl()).expect("the schema is GraphQL")
}

/// Returns every type: its name, whether it has a description, and its kind.
fn types(document: &ServiceDocument) -> Vec<(&str, bool, &TypeKind)> {
    let definitions = document.definitions.iter().filter_map(|definition| match definition {
        TypeSystemDefinition::Type(definition) => Some(&definition.node),
        _ => None,
    });
    definitions.map(|node| (node.name.node.as_str(), node.description.is_some(), &node.kind)).collect()
}

fn kinds_by_name(document: &ServiceDocument) -> BTreeMap<&str, &TypeKind> {
    types(document).into_iter().map(|(name, _, kind)| (name, kind)).collect()
}

fn fields(kind: &TypeKind) -> Vec<&FieldDefinition> {
    match kind {
        TypeKind::Object(object) => object.fields.iter().map(|field| &field.node).collect(),
        TypeKind::Interface(interface) => interface.fields.iter().map(|field| &field.node).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn the_committed_schema_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql");
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(committed == schema::sdl(), "schema.graphql is stale: run `make schema`");
}

#[test]
fn every_part_of_the_schema_has_a_description() {
    let document = parsed();
    let mut missing = Vec::new();
    for (name, is_described, kind) in types(&document) {
        if !is_described {
            missing.push(name.to_owned());
        }
        for field in fields(kind) {
            if field.description.is_none() {
                missing.push(format!("{name}.{}", field.name));
            }
            let undescribed = field.arguments.iter().filter(|argument| argument.node.description.is_none());
            missing.extend(undescribed.map(|argument| format!("{name}.{}({})", field.name, argument.node.name)));
        }
        if let TypeKind::InputObject(input) = kind {
            let undescribed = input.fields.iter().filter(|field| field.node.description.is_none());
            missing.extend(undescribed.map(|field| format!("{name}.{}", field.node.name)));
        }
        if let TypeKind::Enum(values) = kind {
            let undescribed = values.values.iter().filter(|value| value.node.description.is_none());
            missing.extend(undescribed.map(|value| format!("{name}.{}", value.node.value)));
        }
    }
    assert!(missing.is_empty(), "without a description: {}", missing.join(", "));
}

#[test]
fn every_root_field_has_an_access_rule_and_is_nullable() {
    let document = parsed();
    let roots = types(&document).into_iter().filter(|(name, ..)| ["Query", "Mutation", "Subscription"].contains(name));
    for (name, _, kind) in roots {
        for field in fields(kind) {
            let has_rule = field.directives.iter().any(|directive| directive.node.name.node == "access");
            assert!(has_rule, "{name}.{} has no @access", field.name);
            let may_be_null = field.ty.node.nullable;
            assert!(may_be_null || name == "Subscription", "{name}.{} cannot be null", field.name);
        }
    }
}

#[test]
fn every_field_with_arguments_is_nullable_so_that_a_refused_argument_empties_only_it() {
    // Its only argument is an enum.
    const NEVER_REFUSES: [(&str, &str); 1] = [("Image", "url")];
    let document = parsed();
    for (name, _, kind) in types(&document).into_iter().filter(|(name, ..)| *name != "Subscription") {
        for field in fields(kind).into_iter().filter(|field| !field.arguments.is_empty()) {
            let is_exempt = NEVER_REFUSES.contains(&(name, field.name.node.as_str()));
            assert!(field.ty.node.nullable || is_exempt, "{name}.{} cannot be null", field.name);
        }
    }
}

#[test]
fn every_mutation_has_one_input_and_a_payload_with_user_errors() {
    let document = parsed();
    let by_name = kinds_by_name(&document);
    for field in fields(by_name["Mutation"]) {
        let stem = field.name.node.to_string();
        let stem = format!("{}{}", stem[..1].to_uppercase(), &stem[1..]);
        let arguments: Vec<&str> = field.arguments.iter().map(|argument| argument.node.name.node.as_str()).collect();
        assert!(arguments.is_empty() || arguments == ["input"], "{stem} takes {arguments:?}");
        for argument in &field.arguments {
            assert_eq!(argument.node.ty.node.to_string(), format!("{stem}Input!"));
        }
        let payload = format!("{stem}Payload");
        assert_eq!(field.ty.node.to_string(), payload);
        for member in fields(by_name[payload.as_str()]) {
            let ty: &Type = &member.ty.node;
            let is_never_null = match &ty.base {
                BaseType::Named(name) => name == "Boolean",
                BaseType::List(_) => true,
            };
            match member.name.node.as_str() {
                "userErrors" => assert_eq!(ty.to_string(), "[UserError!]!"),
                name => assert!(ty.nullable != is_never_null, "{payload}.{name} is {ty}"),
            }
        }
    }
}

#[test]
fn every_mutation_that_can_be_rejected_ends_its_description_with_the_codes_of_its_user_errors() {
    // Nothing in their input can be wrong.
    const NEVER_REJECTED: [&str; 8] = [
        "createCalendarFeed",
        "leaveLobby",
        "logout",
        "removeAvatar",
        "removePushSubscription",
        "resendEmailConfirmation",
        "revokeCalendarFeed",
        "revokeOtherSessions",
    ];
    let document = parsed();
    let by_name = kinds_by_name(&document);
    let TypeKind::Enum(codes) = by_name["UserErrorCode"] else { panic!("UserErrorCode is not an enum") };
    let codes: BTreeSet<String> = codes.values.iter().map(|value| format!("`{}`", value.node.value.node)).collect();
    for field in fields(by_name["Mutation"]) {
        let (name, payload) = (field.name.node.as_str(), field.ty.node.to_string());
        let has_user_errors = fields(by_name[payload.as_str()]).iter().any(|member| member.name.node == "userErrors");
        let description = field.description.as_ref().map(|description| description.node.as_str()).unwrap_or_default();
        let words: Vec<&str> = description.split_whitespace().collect();
        let description = words.join(" ");
        let named = description.split_once(" Codes: ").and_then(|(_, named)| named.strip_suffix('.'));
        let can_be_rejected = has_user_errors && !NEVER_REJECTED.contains(&name);
        assert_eq!(named.is_some(), can_be_rejected, "{name}: {description}");
        for code in named.into_iter().flat_map(|named| named.split(", ")) {
            assert!(codes.contains(code), "{name} names {code}, which is not a UserErrorCode");
        }
    }
}

#[test]
fn every_connection_has_the_same_fields() {
    let document = parsed();
    for (name, _, kind) in types(&document) {
        let Some(node) = name.strip_suffix("Connection") else { continue };
        let actual: Vec<String> = fields(kind).iter().map(|field| format!("{}: {}", field.name, field.ty)).collect();
        let expected = [
            format!("edges: [{node}Edge!]!"),
            format!("nodes: [{node}!]!"),
            "pageInfo: PageInfo!".to_owned(),
            "totalCount: Int".to_owned(),
            "totalCountIsCapped: Boolean!".to_owned(),
        ];
        assert_eq!(actual, expected);
    }
}

#[rstest]
#[tokio::test]
async fn a_field_that_requires_a_session_fails_with_unauthenticated(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let anonymous = campus.anonymous();
    let operations = [
        ("user(by: { username: \"ada\" }) { id }", "query"),
        ("logout { isLoggedOut }", "mutation"),
        ("revokeSession(input: { sessionId: \"ses_0000000000000\" }) { revokedSessionId }", "mutation"),
        ("revokeOtherSessions { revokedCount }", "mutation"),
        ("changePassword(input: { currentPassword: \"\", newPassword: \"\" }) { userErrors { code } }", "mutation"),
        ("changeUsername(input: { username: \"\" }) { userErrors { code } }", "mutation"),
        ("changeEmail(input: { newEmail: \"\", password: \"\" }) { isRequested }", "mutation"),
        ("resendEmailConfirmation { isRequested }", "mutation"),
        ("deleteAccount(input: { password: \"\" }) { isDeleted }", "mutation"),
    ];
    for (field, kind) in operations {
        let answer = anonymous.execute(&format!("{kind} {{ {field} }}"), json!({})).await;
        assert_eq!((answer.status, answer.codes()), (200, vec!["UNAUTHENTICATED".to_owned()]), "{field}");
    }
}

#[rstest]
#[tokio::test]
async fn malformed_foreign_and_missing_ids_all_return_null(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let grace = campus.member("grace").await;
    let own = grace.query("{ viewer { user { id } sessions { edges { node { id } } } } }").await;
    let (user, session) = (&own["viewer"]["user"]["id"], &own["viewer"]["sessions"]["edges"][0]["node"]["id"]);
    let query = "query Nodes($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
    let ids = json!([user, session, "usr_0000000000000", "xyz_0000000000000", "rubbish", "", "ses_"]);
    let nodes = ada.execute(query, json!({ "ids": ids })).await.field("nodes");
    assert_eq!(nodes, json!([{ "__typename": "User", "id": user }, null, null, null, null, null, null]));
    let nodes = grace.execute(query, json!({ "ids": [session] })).await.field("nodes");
    assert_eq!(nodes, json!([{ "__typename": "Session", "id": session }]));
    let nodes = campus.anonymous().execute(query, json!({ "ids": [user, session] })).await.field("nodes");
    assert_eq!(nodes, json!([null, null]));
}
