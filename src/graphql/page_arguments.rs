//! The four arguments of connection fields, defined once.
//!
//! A resolver takes one parameter, `page: PageArguments`, and calls [`read`](PageArguments::read). In the schema, its
//! field has the arguments `first`, `after`, `last` and `before` in the place of that parameter.
//!
//! async-graphql can flatten fields of objects and inputs, but not arguments, and it takes their descriptions only as
//! literals. So the parameter is a placeholder. `register_input_type::<PageArguments>()` replaces all placeholders in the
//! registry of a schema by the four arguments, and `read` takes their values from the context.

use std::borrow::Cow;
use std::mem;

use async_graphql::registry::{MetaInputValue, MetaType, Registry};
use async_graphql::{Context, InputType, InputValueResult, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::connection::read_cursor;
use crate::error::{Error, Result};
use crate::page::Page;

const DEFAULT_PAGE_SIZE: i32 = 20;
pub const MAX_PAGE_SIZE: i32 = 100;

/// The arguments of a connection. Without arguments, the page begins at the start of the list.
#[derive(Clone, Copy, Debug)]
pub struct PageArguments<const IS_HISTORY: bool = false>;

/// The arguments of a history, a connection with the oldest item first. Without arguments, or with only `before`, the page
/// ends at the end of the list.
pub type HistoryArguments = PageArguments<true>;

impl<const IS_HISTORY: bool> PageArguments<IS_HISTORY> {
    const PLACEHOLDER: &'static str = if IS_HISTORY { "HistoryArguments" } else { "PageArguments" };

    /// Reads the arguments of the current field.
    ///
    /// # Errors
    /// `BadInput` for a size out of bounds, `first` together with `last`, or an invalid cursor.
    pub fn read<K: DeserializeOwned>(self, context: &Context<'_>) -> Result<Page<K>> {
        let first: Option<i32> = argument(context, "first")?;
        let after = cursor(context, "after")?;
        let last: Option<i32> = argument(context, "last")?;
        let before = cursor(context, "before")?;
        let (size, is_backward) = match (first, last) {
            (Some(_), Some(_)) => return Err(Error::BadInput("Use either first or last, not both.".to_owned())),
            (Some(first), None) => (first, false),
            (None, Some(last)) => (last, true),
            (None, None) => (DEFAULT_PAGE_SIZE, IS_HISTORY && (after.is_none() || before.is_some())),
        };
        if !(0..=MAX_PAGE_SIZE).contains(&size) {
            return Err(Error::BadInput(format!("first and last must be between 0 and {MAX_PAGE_SIZE}.")));
        }
        Ok(Page {
            size: size.into(),
            is_backward,
            after: after.as_deref().map(read_cursor).transpose()?,
            before: before.as_deref().map(read_cursor).transpose()?,
            wants_total: ["totalCount", "totalCountIsCapped"]
                .into_iter()
                .any(|name| context.look_ahead().field(name).exists()),
        })
    }

    /// Reads the arguments of a list with `orderBy`; `order` is the name of the order that the client chose.
    ///
    /// # Errors
    /// `BadInput` like [`read`](Self::read), and for the cursor of another order.
    pub fn read_ordered<K: DeserializeOwned>(
        self,
        context: &Context<'_>,
        order: Option<&'static str>,
    ) -> Result<Page<K>> {
        let Some(order) = order else { return self.read(context) };
        let Page { size, is_backward, after, before, wants_total } = self.read::<(String, K)>(context)?;
        let key = |cursor: Option<(String, K)>| match cursor {
            Some((name, _)) if name != order => {
                Err(Error::BadInput("This is a cursor of another `orderBy`.".to_owned()))
            }
            other => Ok(other.map(|(_, key)| key)),
        };
        Ok(Page { size, is_backward, after: key(after)?, before: key(before)?, wants_total })
    }
}

/// The key of a cursor in a list with `orderBy`: with the name of the order, unless it is the list's own.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum OrderedKey<K> {
    Own(K),
    Named(&'static str, K),
}

impl<K> OrderedKey<K> {
    pub fn new(order: Option<&'static str>, key: K) -> Self {
        match order {
            Some(order) => Self::Named(order, key),
            None => Self::Own(key),
        }
    }
}

fn argument<T: InputType>(context: &Context<'_>, name: &str) -> Result<Option<T>> {
    let value = context.param_value::<Option<T>>(name, None);
    value.map(|(_, value)| value).map_err(|error| Error::BadInput(error.message))
}

/// Reads a cursor. An empty one counts as absent: clients begin with it.
fn cursor(context: &Context<'_>, name: &str) -> Result<Option<String>> {
    Ok(argument::<String>(context, name)?.filter(|cursor| !cursor.is_empty()))
}

/// The parameter in the signatures of resolvers. The framework parses it from an argument that no request has.
impl<const IS_HISTORY: bool> InputType for PageArguments<IS_HISTORY> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        Self::PLACEHOLDER.into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        i32::create_type_info(registry);
        String::create_type_info(registry);
        replace_placeholders(registry);
        Self::PLACEHOLDER.to_owned()
    }

    fn parse(_: Option<Value>) -> InputValueResult<Self> {
        Ok(Self)
    }

    fn to_value(&self) -> Value {
        Value::Null
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

fn replace_placeholders(registry: &mut Registry) {
    for definition in registry.types.values_mut() {
        let MetaType::Object { fields, .. } = definition else { continue };
        for field in fields.values_mut() {
            if field.args.values().any(|argument| is_placeholder(&argument.ty)) {
                let arguments = mem::take(&mut field.args).into_values().flat_map(|argument| {
                    if is_placeholder(&argument.ty) {
                        definitions(argument.ty == HistoryArguments::PLACEHOLDER)
                    } else {
                        vec![argument]
                    }
                });
                field.args = arguments.map(|argument| (argument.name.clone(), argument)).collect();
            }
        }
    }
}

fn is_placeholder(type_name: &str) -> bool {
    type_name == <PageArguments>::PLACEHOLDER || type_name == HistoryArguments::PLACEHOLDER
}

fn definitions(is_history: bool) -> Vec<MetaInputValue> {
    let (first, last) = if is_history {
        (
            "The size of the page, from its beginning; 0 to 100.",
            "The size of the page, from its end; 0 to 100, 20 when neither is given.",
        )
    } else {
        (
            "The size of the page, from its beginning; 0 to 100, 20 when neither is given.",
            "The size of the page, from its end.",
        )
    };
    let argument = |name: &str, type_name: &str, description: &str| {
        let mut argument = MetaInputValue::new(name, type_name);
        argument.description = Some(description.to_owned());
        argument
    };
    vec![
        argument("first", "Int", first),
        argument("after", "String", "A cursor: the page begins after it. An empty one counts as absent."),
        argument("last", "Int", last),
        argument("before", "String", "A cursor: the page ends before it. An empty one counts as absent."),
    ]
}
