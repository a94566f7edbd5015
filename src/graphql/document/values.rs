//! Checks values against their types, and coerces them: literals when a document is accepted, variables and the literals
//! around them at every request.
//!
//! The framework coerces a value only at the field that uses it, when earlier mutations have already run, and some
//! differently from the specification. What it executes has constants of the right type and no variables.

use std::fmt::{self, Display, Formatter};

use async_graphql::parser::types::Field;
use async_graphql::registry::{MetaField, MetaInputValue, MetaType, MetaTypeName};
use async_graphql::{Name, Positioned, Variables};
use async_graphql_value::indexmap::IndexMap;
use async_graphql_value::{ConstValue, Number, Value};

use super::types::Types;
use crate::graphql::RequestError;
use crate::graphql::error::code;

/// Longer lists of enum values are cut in messages.
const MAX_LISTED_VALUES: usize = 12;

/// Checks a literal. What its variables may be, `rules` checks.
///
/// # Errors
/// At the first part that does not match.
pub(super) fn check_literal(types: &Types, expected: &str, value: &Value) -> Result<(), Mismatch> {
    Coercion { types, source: Source::Literal }.value(expected, value).map(|_| ())
}

/// Coerces the value of a variable.
///
/// # Errors
/// At the first part that does not match.
pub(super) fn coerce_variable(types: &Types, expected: &str, value: ConstValue) -> Result<ConstValue, Mismatch> {
    let coerced = Coercion { types, source: Source::Json }.value(expected, &value.into_value())?;
    Ok(coerced.unwrap_or_default())
}

/// The arguments of a field.
pub(super) type Arguments = Vec<(Positioned<Name>, Positioned<Value>)>;

/// Coerces the arguments of a field, with the coerced variables of a request. An argument whose variable is absent is
/// absent, so that its default applies.
///
/// # Errors
/// When a variable is null where its argument is not: the document is valid because one of them has a default.
pub(super) fn coerce_arguments(
    types: &Types,
    definition: &MetaField,
    field: &Field,
    variables: &Variables,
) -> Result<Arguments, RequestError> {
    let coercion = Coercion { types, source: Source::Accepted(variables) };
    let mut arguments = Vec::with_capacity(field.arguments.len());
    for (name, value) in &field.arguments {
        let Some(argument) = definition.args.get(name.node.as_str()) else { continue };
        let coerced = coercion.value(&argument.ty, &value.node).map_err(|mismatch| {
            RequestError::new(code::BAD_USER_INPUT, format!("Argument \"{}\": {mismatch}", name.node)).at(value.pos)
        })?;
        if let Some(coerced) = coerced {
            arguments.push((name.clone(), Positioned::new(coerced.into_value(), value.pos)));
        }
    }
    Ok(arguments)
}

/// Returns true if a value may be absent where it is required: it has a default.
pub(super) fn has_default(input: &MetaInputValue) -> bool {
    input.default_value.is_some()
}

/// A part of a value that does not match its type.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mismatch {
    /// The names and indexes of the members around it, the innermost first.
    path: Vec<String>,
    message: String,
}

impl Mismatch {
    fn new(message: impl Into<String>) -> Self {
        Self { path: Vec::new(), message: message.into() }
    }

    fn inside(mut self, member: &impl ToString) -> Self {
        self.path.push(member.to_string());
        self
    }
}

impl Display for Mismatch {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        if let Some((innermost, outer)) = self.path.split_first() {
            formatter.write_str("At \"")?;
            outer.iter().rev().try_for_each(|member| write!(formatter, "{member}."))?;
            write!(formatter, "{innermost}\": ")?;
        }
        formatter.write_str(&self.message)
    }
}

#[derive(Clone, Copy)]
enum Source<'r> {
    /// A literal of a new document. Its variables have no values yet.
    Literal,
    /// JSON, where enum values are strings and 3.0 is a whole number.
    Json,
    /// A literal of an accepted document with the variables of a request.
    Accepted(&'r Variables),
}

#[derive(Clone, Copy)]
struct Coercion<'r> {
    types: &'r Types,
    source: Source<'r>,
}

impl Coercion<'_> {
    /// Returns `None` for a variable without a value.
    fn value(self, expected: &str, value: &Value) -> Result<Option<ConstValue>, Mismatch> {
        match (MetaTypeName::create(expected), value) {
            (expected_type, Value::Variable(name)) => self.variable(expected, expected_type, name),
            (MetaTypeName::NonNull(inner), Value::Null) => {
                Err(Mismatch::new(format!("{}, not null.", self.form(inner))))
            }
            (MetaTypeName::NonNull(inner), _) => self.value(inner, value),
            (_, Value::Null) => Ok(Some(ConstValue::Null)),
            (MetaTypeName::List(inner), Value::List(items)) => {
                let items = items.iter().enumerate().map(|(index, item)| {
                    // A list has no absent items.
                    self.value(inner, item).map(Option::unwrap_or_default).map_err(|mismatch| mismatch.inside(&index))
                });
                Ok(Some(ConstValue::List(items.collect::<Result<_, _>>()?)))
            }
            // A single value is a list of one.
            (MetaTypeName::List(inner), _) => Ok(self.value(inner, value)?.map(|item| ConstValue::List(vec![item]))),
            (MetaTypeName::Named(name), _) => self.named(name, value).map(Some),
        }
    }

    fn variable(
        self,
        expected: &str,
        expected_type: MetaTypeName<'_>,
        name: &Name,
    ) -> Result<Option<ConstValue>, Mismatch> {
        let Source::Accepted(variables) = self.source else { return Ok(Some(ConstValue::Null)) };
        match variables.get(name) {
            Some(ConstValue::Null) if expected_type.is_non_null() => {
                Err(Mismatch::new(format!("{}, and \"${name}\" is null.", self.form(expected))))
            }
            value => Ok(value.cloned()),
        }
    }

    fn named(self, name: &str, value: &Value) -> Result<ConstValue, Mismatch> {
        let mismatch = || Mismatch::new(format!("{}.", self.form(name)));
        match self.types.named(name) {
            Some(MetaType::Scalar { is_valid, .. }) => match name {
                "Int" => self.int(value).map(|int| ConstValue::Number(int.into())).ok_or_else(mismatch),
                "ID" => self.id(value).map(ConstValue::String).ok_or_else(mismatch),
                "Float" | "String" | "Boolean" => match (name, value) {
                    ("Float", Value::Number(number)) => Ok(ConstValue::Number(number.clone())),
                    ("String", Value::String(text)) => Ok(ConstValue::String(text.clone())),
                    ("Boolean", Value::Boolean(boolean)) => Ok(ConstValue::Boolean(*boolean)),
                    _ => Err(mismatch()),
                },
                // A scalar that is an object or list with variables is checked by itself at its field.
                _ => {
                    let Some(value) = self.constant(value) else { return Ok(ConstValue::Null) };
                    let is_checked = matches!(self.source, Source::Accepted(_));
                    let is_valid = is_checked || is_valid.as_ref().is_none_or(|is_valid| is_valid(&value));
                    if is_valid { Ok(value) } else { Err(mismatch()) }
                }
            },
            Some(MetaType::Enum { enum_values, .. }) => {
                let item = match (value, self.source) {
                    (Value::Enum(item), _) => item.as_str(),
                    (Value::String(item), Source::Json) => item,
                    _ => return Err(mismatch()),
                };
                let known = enum_values.get_key_value(item).ok_or_else(mismatch)?;
                Ok(ConstValue::Enum(Name::new(known.0)))
            }
            Some(MetaType::InputObject { name, input_fields, oneof, .. }) => {
                self.object(name, input_fields, *oneof, value)
            }
            _ => Err(mismatch()),
        }
    }

    fn constant(self, value: &Value) -> Option<ConstValue> {
        let variable = |name: Name| match self.source {
            Source::Accepted(variables) => Ok(variables.get(&name).cloned().unwrap_or_default()),
            _ => Err(()),
        };
        value.clone().into_const_with(variable).ok()
    }

    fn int(self, value: &Value) -> Option<i32> {
        let Value::Number(number) = value else { return None };
        match number.as_i64() {
            Some(integer) => i32::try_from(integer).ok(),
            None => self.whole(number)?.parse().ok(),
        }
    }

    /// Returns the digits of a number in JSON that is written as a float and whole: 3.0, 3e0 and -0.0 too.
    fn whole(self, number: &Number) -> Option<String> {
        let float = number.as_f64().filter(|_| matches!(self.source, Source::Json) && number.is_f64())?;
        // Adding 0.0 removes the sign of -0.0. Whole floats are written without a point.
        (float.fract() == 0.0).then(|| (float + 0.0).to_string())
    }

    fn id(self, value: &Value) -> Option<String> {
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) if !number.is_f64() => Some(number.to_string()),
            Value::Number(number) => self.whole(number),
            _ => None,
        }
    }

    fn object(
        self,
        name: &str,
        fields: &IndexMap<String, MetaInputValue>,
        is_one_of: bool,
        value: &Value,
    ) -> Result<ConstValue, Mismatch> {
        let Value::Object(members) = value else { return Err(Mismatch::new(format!("{}.", self.form(name)))) };
        if let Some(unknown) = members.keys().find(|member| !fields.contains_key(member.as_str())) {
            return Err(Mismatch::new(format!("\"{name}\" has no member \"{unknown}\".")));
        }
        if is_one_of && (members.len() != 1 || members.values().any(|value| *value == Value::Null)) {
            return Err(Mismatch::new(format!("\"{name}\" takes exactly one member, which is not null.")));
        }
        let mut coerced = IndexMap::with_capacity(members.len());
        for field in fields.values() {
            match members.get(field.name.as_str()) {
                Some(value) => {
                    let value = self.value(&field.ty, value).map_err(|mismatch| mismatch.inside(&field.name))?;
                    coerced.extend(value.map(|value| (Name::new(&field.name), value)));
                }
                None if is_required(field) => {
                    return Err(Mismatch::new(format!("\"{name}\" requires the member \"{}\".", field.name)));
                }
                None => {}
            }
        }
        Ok(ConstValue::Object(coerced))
    }

    /// Says what a type wants.
    fn form(self, type_name: &str) -> String {
        match (MetaTypeName::create(type_name), self.types.named(type_name)) {
            (MetaTypeName::NonNull(inner), _) => self.form(inner),
            (MetaTypeName::List(inner), _) => format!("Expected a list of type \"[{inner}]\""),
            (_, Some(MetaType::Enum { enum_values, .. })) => {
                let listed: Vec<_> = enum_values.keys().take(MAX_LISTED_VALUES).map(String::as_str).collect();
                let more = if enum_values.len() > listed.len() { " or another one of the schema" } else { "" };
                format!("Expected a value of the enum \"{type_name}\": {}{more}", listed.join(", "))
            }
            (_, Some(MetaType::InputObject { .. })) => format!("Expected an object of type \"{type_name}\""),
            (_, Some(MetaType::Scalar { description, .. })) => {
                let own = description.as_deref().unwrap_or_default();
                let form = match type_name {
                    "Int" => "a whole number from -2147483648 to 2147483647",
                    "Float" => "a number",
                    "String" => "a text in quotation marks",
                    "Boolean" => "true or false",
                    "ID" => "a text in quotation marks or a whole number",
                    _ => own.trim_end_matches('.'),
                };
                format!("Expected a value of type \"{type_name}\": {}", form.replace('\n', " "))
            }
            _ => format!("Expected a value, but \"{type_name}\" is not an input type"),
        }
    }
}

/// Returns true if an argument or member must be given.
pub(super) fn is_required(input: &MetaInputValue) -> bool {
    input.ty.ends_with('!') && !has_default(input)
}
