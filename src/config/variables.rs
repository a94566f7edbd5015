//! The environment variables that look like settings.

use std::collections::HashSet;

/// Lets a variable that is empty count as absent, as templates of services leave it.
#[must_use]
pub fn ignore_empty_variables(command: clap::Command) -> clap::Command {
    let empty: HashSet<_> = std::env::vars_os().filter(|(_, value)| value.is_empty()).map(|(name, _)| name).collect();
    command.mut_args(|arg| {
        let is_empty = arg.get_env().is_some_and(|name| empty.contains(name));
        if is_empty { arg.env(clap::builder::Resettable::Reset) } else { arg }
    })
}

/// The environment variables that look like settings and do not take effect.
#[derive(Clone, Debug, Default)]
pub struct IneffectiveVariables {
    /// No setting has this name. It is often misspelt.
    pub unknown: Vec<String>,
    /// Empty ones count as absent.
    pub empty: Vec<String>,
}

impl IneffectiveVariables {
    /// Finds them among the variables of the process. `command` has all settings as its arguments. Kubernetes sets
    /// variables for a service with the name `studyhall`; these are no settings.
    #[must_use]
    pub fn find(command: &clap::Command) -> Self {
        let known: Vec<_> = command.get_arguments().filter_map(clap::Arg::get_env).collect();
        let mut found = Self::default();
        for (name, value) in std::env::vars_os() {
            let Some(text) = name.to_str() else { continue };
            if text.strip_prefix("STUDYHALL_").is_none_or(is_of_kubernetes) {
                continue;
            }
            if !known.contains(&name.as_os_str()) {
                found.unknown.push(text.to_owned());
            } else if value.is_empty() {
                found.empty.push(text.to_owned());
            }
        }
        found
    }

    /// Refuses names that no setting has: a server without a setting that its operator believes to have set may admit
    /// anybody, or write to another place.
    ///
    /// # Errors
    /// One line for the operator.
    pub fn check(&self) -> Result<(), String> {
        match self.unknown.as_slice() {
            [] => Ok(()),
            [name] => Err(format!("{name} is not a setting; is it misspelt?")),
            names => Err(format!("{} are not settings; are they misspelt?", names.join(", "))),
        }
    }
}

/// Returns true for what Kubernetes and links of containers set: `STUDYHALL_SERVICE_HOST`, `STUDYHALL_PORT_8000_TCP`.
fn is_of_kubernetes(rest: &str) -> bool {
    rest == "PORT" || ["PORT_", "SERVICE_HOST", "SERVICE_PORT"].iter().any(|prefix| rest.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::is_of_kubernetes;

    #[test]
    fn the_variables_of_a_service_named_studyhall_are_no_settings() {
        for rest in ["SERVICE_HOST", "SERVICE_PORT", "SERVICE_PORT_HTTP", "PORT", "PORT_8000_TCP", "PORT_8000_TCP_ADDR"]
        {
            assert!(is_of_kubernetes(rest), "{rest}");
        }
        assert!(!is_of_kubernetes("PORTS") && !is_of_kubernetes("SERVICE"));
    }
}
