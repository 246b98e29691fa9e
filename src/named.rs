//! Enums whose variants have names in options and records.

/// Defines an enum whose variants have names: `ALL` in the order of
/// declaration, `name()`, [`Display`](std::fmt::Display),
/// [`FromStr`](std::str::FromStr), and the name as what serde writes and
/// reads.
///
/// The string after the type says what the enum is in the error of a name
/// that is not one of its own: `no measure "cosine"; choose jaccard or
/// containment`.
macro_rules! named_enum {
    (
        $(#[$attribute:meta])*
        $visibility:vis enum $type:ident($what:literal) {
            $($(#[$of_variant:meta])* $variant:ident = $name:literal,)+
        }
    ) => {
        $(#[$attribute])*
        $visibility enum $type {
            $($(#[$of_variant])* $variant,)+
        }

        impl $type {
            /// Every variant, in the order in which they are declared.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// Returns the name that options and records give.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }

        impl ::std::fmt::Display for $type {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl ::std::str::FromStr for $type {
            type Err = ::std::string::String;

            fn from_str(name: &str) -> ::std::result::Result<Self, Self::Err> {
                Self::ALL
                    .into_iter()
                    .find(|variant| variant.name() == name)
                    .ok_or_else(|| $crate::named::unknown($what, name, &[$($name),+]))
            }
        }

        impl ::serde::Serialize for $type {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $type {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let name = <::std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                name.parse().map_err(::serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use named_enum;

/// Returns the message for a name that is none of `names`, of which there is
/// at least one.
pub(crate) fn unknown(what: &str, name: &str, names: &[&str]) -> String {
    let choice = match names {
        [others @ .., last] if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        names => names.concat(),
    };
    format!("no {what} {name:?}; choose {choice}")
}

#[cfg(test)]
mod tests {
    named_enum! {
        /// How sharp a knife is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        enum Edge("edge") {
            Blunt = "blunt",
            Keen = "keen",
            Wavy = "wavy",
        }
    }

    #[test]
    fn every_name_is_parsed_as_its_variant() {
        assert_eq!(
            Edge::ALL.map(|edge| edge.to_string().parse()),
            Edge::ALL.map(Ok)
        );
    }

    #[test]
    fn serde_writes_and_reads_the_name() {
        for edge in Edge::ALL {
            let json = serde_json::to_string(&edge).unwrap();
            assert_eq!(json, format!("\"{edge}\""));
            assert_eq!(serde_json::from_str::<Edge>(&json).unwrap(), edge);
        }
        assert!(serde_json::from_str::<Edge>("\"Keen\"").is_err());
    }

    #[test]
    fn the_error_lists_all_names() {
        assert_eq!(
            "Keen".parse::<Edge>(),
            Err("no edge \"Keen\"; choose blunt, keen or wavy".to_owned())
        );
        assert_eq!(
            super::unknown("way", "", &["up", "down"]),
            "no way \"\"; choose up or down"
        );
        assert_eq!(
            super::unknown("way", "?", &["up"]),
            "no way \"?\"; choose up"
        );
    }
}
