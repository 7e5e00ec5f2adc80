//! `#[derive(Vertex)]` of [glir-gloo](https://docs.rs/glir-gloo): a structure's fields become attributes.
//!
//! Use it through that crate, which documents it with the trait of the same name.

#![forbid(unsafe_code)]

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Error, Fields, LitStr, parse_macro_input};

/// Makes a structure a vertex: each field is an attribute of the same name.
///
/// The structure is `Copy`, has `#[repr(C)]` (which fixes where fields lie) and no generic parameters. Its fields are
/// numbers, arrays of 1 to 4 numbers, or arrays of such columns for matrices. A field takes these options:
///
/// - `#[gloo(name = "a_position")]`: the attribute's name, instead of the field's;
/// - `#[gloo(normalized)]`: integers are read as 0 to 1 or −1 to 1, as colours are;
/// - `#[gloo(skip)]`: no attribute; the field is not written, and read as its `Default`.
#[proc_macro_derive(Vertex, attributes(gloo))]
pub fn derive_vertex(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// What the attributes of a field ask for.
#[derive(Default)]
struct Options {
    name: Option<String>,
    normalized: bool,
    skip: bool,
}

fn expand(input: &DeriveInput) -> Result<TokenStream, Error> {
    let refuse = |span: Span, sentence: &str| Err(Error::new(span, sentence));
    let Data::Struct(data) = &input.data else {
        return refuse(input.ident.span(), "only a structure can be a vertex");
    };
    let Fields::Named(fields) = &data.fields else {
        return refuse(
            input.ident.span(),
            "a vertex has named fields, since attributes are found by their names",
        );
    };
    if !input.generics.params.is_empty() {
        return refuse(input.generics.span(), "a vertex has no generic parameters: its layout is fixed");
    }
    if !has_repr_c(input)? {
        return refuse(input.ident.span(), "a vertex needs #[repr(C)], which fixes where its fields lie");
    }
    let name = &input.ident;
    let mut described = Vec::new();
    let mut writes = Vec::new();
    let mut reads = Vec::new();
    for field in &fields.named {
        let Some(ident) = &field.ident else { continue };
        let ty = &field.ty;
        let options = options(field)?;
        if options.skip {
            reads.push(quote! { #ident: ::core::default::Default::default() });
            continue;
        }
        let shown = options.name.unwrap_or_else(|| ident.to_string().trim_start_matches("r#").to_owned());
        let normalized = options.normalized;
        let normalize = if normalized {
            quote! { .normalized() }
        } else {
            quote! {}
        };
        let at = quote! { ::core::mem::offset_of!(#name, #ident) };
        let end = quote! { #at + <#ty as ::glir_gloo::Element>::SIZE };
        described.push(quote! {
            ::glir_gloo::Field { name: #shown, offset: #at, format: <#ty as ::glir_gloo::Element>::FORMAT #normalize }
        });
        writes.push(quote! {
            ::glir_gloo::Element::store(&{ self.#ident }, &mut into[#at..#end]);
        });
        reads.push(quote! { #ident: ::glir_gloo::Element::load(&from[#at..#end]) });
    }
    Ok(quote! {
        #[automatically_derived]
        #[allow(clippy::all, clippy::pedantic)]
        impl ::glir_gloo::Vertex for #name {
            const SIZE: usize = ::core::mem::size_of::<#name>();
            const FIELDS: &'static [::glir_gloo::Field] = &[#(#described),*];
            #[inline]
            fn write(&self, into: &mut [u8]) {
                let Some(into) = into.first_chunk_mut::<{ ::core::mem::size_of::<#name>() }>() else { return };
                #(#writes)*
            }
            #[inline]
            fn read(from: &[u8]) -> Self {
                let mut bytes = [0u8; ::core::mem::size_of::<#name>()];
                let length = ::core::cmp::min(from.len(), bytes.len());
                bytes[..length].copy_from_slice(&from[..length]);
                let from = &bytes;
                #name { #(#reads),* }
            }
        }
    })
}

fn has_repr_c(input: &DeriveInput) -> Result<bool, Error> {
    let mut found = false;
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("repr")) {
        attribute.parse_nested_meta(|meta| {
            found |= meta.path.is_ident("C");
            // `align(16)` and the like have an argument, which must be read.
            if meta.input.peek(syn::token::Paren) {
                let argument;
                syn::parenthesized!(argument in meta.input);
                argument.parse::<TokenStream>()?;
            }
            Ok(())
        })?;
    }
    Ok(found)
}

fn options(field: &syn::Field) -> Result<Options, Error> {
    let mut options = Options::default();
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("gloo")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("name") {
                options.name = Some(meta.value()?.parse::<LitStr>()?.value());
            } else if meta.path.is_ident("normalized") {
                options.normalized = true;
            } else if meta.path.is_ident("skip") {
                options.skip = true;
            } else {
                return Err(meta.error("a field takes name = \"…\", normalized or skip"));
            }
            Ok(())
        })?;
    }
    Ok(options)
}
