//! Finds the operations that an anonymous caller may run.

use async_graphql::Name;
use async_graphql::registry::MetaType;
use async_graphql_value::ConstValue;

/// Returns true if every one of the fields of `root` has the directive `@access(rule: ANYONE)`.
pub(super) fn needs_no_session(root: Option<&MetaType>, fields: &[Name]) -> bool {
    root.is_some_and(|root| fields.iter().all(|name| is_open(root, name)))
}

fn is_open(root: &MetaType, name: &str) -> bool {
    // Introspection has its own setting.
    if name.starts_with("__") {
        return true;
    }
    let directives = root.field_by_name(name).map(|field| field.directive_invocations.as_slice()).unwrap_or_default();
    let mut access = directives.iter().filter(|directive| directive.name == "access");
    access.any(|directive| matches!(directive.args.get("rule"), Some(ConstValue::Enum(rule)) if rule == "ANYONE"))
}
