//! Positions and labels of ticks in shaders: what `decode.rs` does in double precision, done in floats whose every step is exact
//! where it must be: whole numbers of up to six digits, and the few parts of a range.

use super::Scale;
use crate::error::Result;
use glir_shaders::Function;

/// The characters of labels: digits, minus, point, colon, hyphen, times, raised digits, raised minus, plus.
pub(crate) const CHARACTERS: &str = "0123456789−.:-×⁰¹²³⁴⁵⁶⁷⁸⁹⁻+";
/// The most characters of a label.
pub(crate) const PLACES: usize = 20;

/// What all of them take.
const UNIFORMS: &str = "
uniform vec4 u_ticks;
uniform vec3 u_index;
uniform vec4 u_format;
";

/// `floor(a / b)` of whole numbers: half a unit keeps the quotient off the whole numbers, where division may err.
const WHOLE: &str = "
float quotient(float a, float b) { return floor((a + 0.5) / b); }
float remainder(float a, float b) { return a - b * quotient(a, b); }
";

/// `float at(float slot)`: where the tick of a slot stands; `float minor_at(float slot, float part)`: where a minor one behind it does, and
/// −1 for none.
const LINEAR_AT: &str = "
float at(float slot) { return u_ticks.x + slot * u_ticks.y; }
float minor_at(float slot, float part) {
    float parts = abs(u_format.x - 2.0) < 0.5 ? 4.0 : 5.0;
    return part < parts - 0.5 ? at(slot + part / parts) : -1.0;
}
";

const LOG_AT: &str = "
float part_of(float slot) { float part = remainder(slot, 3.0); return part < 0.5 ? 1.0 : (part < 1.5 ? 2.0 : 5.0); }
float log10_of(float digit) { return log(digit) * 0.4342944819; }
float log_plus_1(float x) {
    if (abs(x) > 0.5) return log(1.0 + x);
    float y = x / (2.0 + x);
    float z = y * y;
    return 2.0 * y * (1.0 + z * (1.0 / 3.0 + z * (0.2 + z * (1.0 / 7.0 + z * (1.0 / 9.0 + z / 11.0)))));
}
float at(float slot) {
    if (u_ticks.w > 1.5) return log_plus_1(u_ticks.x + slot * u_ticks.y) * u_ticks.z;
    if (u_ticks.w > 0.5) return u_ticks.x + (quotient(slot, 3.0) + log10_of(part_of(slot))) * u_ticks.y;
    return u_ticks.x + slot * u_ticks.y;
}
float minor_at(float slot, float part) {
    if (u_ticks.w > 1.5) {
        float parts = abs(u_format.x - 2.0) < 0.5 ? 4.0 : 5.0;
        return part < parts - 0.5 ? at(slot + part / parts) : -1.0;
    }
    if (u_index.z > 0.5) {
        bool major = u_ticks.w > 0.5 && (abs(part - 1.0) < 0.5 || abs(part - 4.0) < 0.5);
        return major || part > 8.5 ? -1.0 : u_ticks.x + (slot + log10_of(part + 1.0)) * u_ticks.y;
    }
    float parts = min(u_index.y, 10.0);
    return part < parts - 0.5 ? at(slot + part / parts) : -1.0;
}
";

/// Howard Hinnant's `days_from_civil` (howardhinnant.github.io/date_algorithms.html).
const MONTHS: &str = "
float days_of_month(float month) {
    float since_march = floor(month + 0.01) - 2.0;
    float year = quotient(since_march, 12.0);
    float of_year = since_march - year * 12.0;
    float leap = quotient(year, 4.0) - quotient(year, 100.0) + quotient(year, 400.0);
    return year * 365.0 + leap + quotient(153.0 * of_year + 2.0, 5.0) - 719468.0;
}
";

const TIME_AT: &str = "
float at(float slot) {
    if (u_ticks.w > 1.5) return (days_of_month(u_index.x + slot * u_format.x) - u_index.y - u_ticks.x) * u_ticks.y;
    return u_ticks.x + slot * u_ticks.y;
}
float minor_at(float slot, float part) {
    return part < u_ticks.z - 0.5 ? at(slot + part / u_ticks.z) : -1.0;
}
";

/// Labels. `Char` is a character's number in the table, its x, and the width of the whole label, in ems; −1 for no character.
const CHAR: &str = "
uniform vec4 u_widths;
uniform vec4 u_widths_raised;
struct Char { float glyph; float x; float width; };
float power_of_10(float n) {
    if (n < 2.5) return n < 0.5 ? 1.0 : (n < 1.5 ? 10.0 : 100.0);
    return n < 3.5 ? 1000.0 : (n < 4.5 ? 10000.0 : 100000.0);
}
float digit_of(float number, float place) { return remainder(quotient(number, power_of_10(place)), 10.0); }
float digits_of(float number) {
    float count = step(0.5, number) + step(9.5, number) + step(99.5, number);
    return count + step(999.5, number) + step(9999.5, number) + step(99999.5, number);
}
Char power_label(float place, float lead, float power) {
    float negative = power < -0.5 ? 1.0 : 0.0;
    float size = abs(power);
    if (size > 999999.5) return Char(-1.0, 0.0, 0.0);
    float raised = max(digits_of(size), 1.0);
    float digit = u_widths.x;
    float before = lead > 0.5 ? digit : 0.0;
    float times = abs(lead) > 0.5 ? u_widths_raised.x : 0.0;
    float head = before + times;
    float width = head + 2.0 * digit + negative * u_widths_raised.z + raised * u_widths_raised.y;
    // The places are those of digit, times, 1, 0, raised minus, raised digits; unused ones are empty.
    if (place < 0.5) return Char(lead > 0.5 ? lead : -1.0, 0.0, width);
    if (place < 1.5) return Char(abs(lead) > 0.5 ? 14.0 : -1.0, before, width);
    if (place < 2.5) return Char(1.0, head, width);
    if (place < 3.5) return Char(0.0, head + digit, width);
    if (place < 4.5) return Char(negative > 0.5 ? 25.0 : -1.0, head + 2.0 * digit, width);
    float index = place - 5.0;
    float x = head + 2.0 * digit + negative * u_widths_raised.z + index * u_widths_raised.y;
    return Char(index < raised - 0.5 ? 15.0 + digit_of(size, raised - 1.0 - index) : -1.0, x, width);
}
";

const NUMBER: &str = "
// A whole number in three parts of six digits each, the lowest first, and its digits.
float digit_of_parts(vec3 number, float place) {
    if (place < 5.5) return digit_of(number.x, place);
    return place < 11.5 ? digit_of(number.y, place - 6.0) : digit_of(number.z, place - 12.0);
}
Char number_label(float place, vec3 number, float negative, float decimals, float zeros) {
    float count = digits_of(number.x);
    if (number.y > 0.5) count = 6.0 + digits_of(number.y);
    if (number.z > 0.5) count = 12.0 + digits_of(number.z);
    if (count < 0.5) { count = 1.0; zeros = 0.0; }
    float digits = max(count + zeros, decimals + 1.0);
    float whole = digits - decimals;
    float point = decimals > 0.5 ? 1.0 : 0.0;
    float start = negative * u_widths.y;
    float width = start + digits * u_widths.x + point * u_widths.z;
    place -= negative;
    if (place < -0.5) return Char(10.0, 0.0, width);
    if (point > 0.5 && abs(place - whole) < 0.5) return Char(11.0, start + whole * u_widths.x, width);
    float behind = place > whole - 0.5 ? point : 0.0;
    float index = place - behind;
    if (index > digits - 0.5) return Char(-1.0, 0.0, width);
    float from_right = digits - 1.0 - index;
    float digit = from_right < zeros - 0.5 ? 0.0 : digit_of_parts(number, from_right - zeros);
    return Char(digit, start + index * u_widths.x + behind * u_widths.z, width);
}
vec3 carried(vec3 number) {
    float carry = quotient(number.x, 1000000.0);
    number.xy += vec2(-1000000.0, 1.0) * carry;
    carry = quotient(number.y, 1000000.0);
    number.yz += vec2(-1000000.0, 1.0) * carry;
    return number;
}
Char plain_label(float slot, float place) {
    vec3 number = carried(u_index + vec3(slot, 0.0, 0.0));
    float negative = number.z < -0.5 ? 1.0 : 0.0;
    if (negative > 0.5) number = carried(-number);
    return number_label(place, carried(number * u_format.x), negative, u_format.y, u_format.w);
}
Char power_end(float place) {
    if (abs(u_format.z) < 0.5) return Char(-1.0, 0.0, 0.0);
    return power_label(place, -1.0, u_format.z);
}
";

// Of numbers that lie close together labels tell what is left of a multiple of a million units, which stands at the end. A plus is as wide
// as a minus.
const LINEAR_LABEL: &str = "
vec3 number_of(float slot) { return carried(carried(u_index + vec3(slot, 0.0, 0.0)) * u_format.x); }
Char label(float slot, float place) {
    if (u_ticks.z < 0.5) return plain_label(slot, place);
    vec3 number = number_of(slot);
    vec3 base = number_of(0.0);
    float millions = (number.z - base.z) * 1000000.0 + number.y - base.y;
    return number_label(place, carried(vec3(number.x + millions * 1000000.0, 0.0, 0.0)), 0.0, u_format.y, u_format.w);
}
Char end(float place) {
    if (u_ticks.z < 0.5) return power_end(place);
    vec3 base = number_of(0.0);
    float negative = base.z < -0.5 ? 1.0 : 0.0;
    vec3 number = vec3(base.yz, 0.0);
    if (negative > 0.5) number = carried(-number);
    float exponent = 6.0 + u_format.w - u_format.y;
    float shown = place - (1.0 - negative);
    Char found = number_label(max(shown, 0.0), number, negative, max(-exponent, 0.0), max(exponent, 0.0));
    if (negative > 0.5) return found;
    float width = found.width + u_widths.y;
    // WebGL chooses between numbers, not between structures.
    if (shown < -0.5) return Char(26.0, 0.0, width);
    return Char(found.glyph, found.x + u_widths.y, width);
}
";

const LOG_LABEL: &str = "
Char label(float slot, float place) {
    if (u_ticks.w > 1.5) return plain_label(slot, place);
    if (u_ticks.w < 0.5) return power_label(place, 0.0, u_index.x + slot * u_index.y);
    float power = u_index.x + quotient(slot, 3.0);
    float part = part_of(slot);
    if (u_format.x > 0.5) return number_label(place, vec3(part, 0.0, 0.0), 0.0, max(-power, 0.0), max(power, 0.0));
    return power_label(place, part < 1.5 ? 0.0 : part, power);
}
Char end(float place) {
    if (u_ticks.w > 1.5) return power_end(place);
    return Char(-1.0, 0.0, 0.0);
}
";

/// Howard Hinnant's `civil_from_days`.
const TIME_LABEL: &str = "
// Year, month, day of a day since 1970 began.
vec3 date_of(float day) {
    day += 719468.0;
    float era = quotient(day, 146097.0);
    float of_era = day - era * 146097.0;
    float leap = quotient(of_era, 36524.0) - quotient(of_era, 1460.0) - quotient(of_era, 146096.0);
    float year = quotient(of_era + leap, 365.0);
    float of_year = of_era - (year * 365.0 + quotient(year, 4.0) - quotient(year, 100.0));
    float month = quotient(of_year * 5.0 + 2.0, 153.0);
    float of_month = of_year - quotient(153.0 * month + 2.0, 5.0) + 1.0;
    float january = month < 9.5 ? 0.0 : 1.0;
    return vec3(year + era * 400.0 + january, month + 3.0 - 12.0 * january, of_month);
}
// A year as a number, with four digits at least. Beyond ten million floats have no digit for a year.
Char year_label(float place, float year) {
    float size = abs(year);
    if (size > 9999999.5) return Char(-1.0, 0.0, 0.0);
    float digits = max(digits_of(size) + step(999999.5, size), 4.0);
    float negative = year < -0.5 ? 1.0 : 0.0;
    float width = negative * u_widths.y + digits * u_widths.x;
    if (negative > 0.5 && place < 0.5) return Char(10.0, 0.0, width);
    place -= negative;
    if (place > digits - 0.5) return Char(-1.0, 0.0, width);
    float from_right = digits - 1.0 - place;
    float digit = from_right > 5.5 ? quotient(size, 1000000.0) : digit_of(size, from_right);
    return Char(digit, negative * u_widths.y + place * u_widths.x, width);
}
// The places of a date from the first one on, so many in all. Of years before 0 and after 9999 there are no dates.
Char date_label(float place, float first, float last, float day) {
    vec3 date = date_of(day);
    if (date.x < -0.5 || date.x > 9999.5) return Char(-1.0, 0.0, 0.0);
    float hyphens = (last > 6.5 ? 1.0 : 0.0) + (last > 3.5 ? 1.0 : 0.0) - (first > 4.5 ? 1.0 : 0.0);
    float width = (last - first + 1.0 - hyphens) * u_widths.x + hyphens * u_widths_raised.w;
    place += first;
    if (place > last + 0.5) return Char(-1.0, 0.0, width);
    float before = (place > 7.5 ? 1.0 : 0.0) + (place > 4.5 ? 1.0 : 0.0) - (first > 4.5 ? 1.0 : 0.0);
    float x = (place - first - before) * u_widths.x + before * u_widths_raised.w;
    if (abs(place - 4.0) < 0.5 || abs(place - 7.0) < 0.5) return Char(13.0, x, width);
    if (place < 3.5) return Char(digit_of(date.x, 3.0 - place), x, width);
    if (place < 6.5) return Char(digit_of(date.y, 6.0 - place), x, width);
    return Char(digit_of(date.z, 9.0 - place), x, width);
}
// Day, second of the day, unit of the second, and nanosecond of the unit, which then is a microsecond, of a slot.
vec4 moment_of(float slot) {
    float units = u_index.z + slot * u_format.x;
    float fine = 0.0;
    float in_second = u_format.z;
    if (u_format.y > 6.5) {
        float beyond = u_format.z + slot * u_format.x;
        units = u_index.z + quotient(beyond, 1000.0);
        fine = remainder(beyond, 1000.0);
        in_second = 1000000.0;
    }
    float seconds = u_index.y + quotient(units, in_second);
    return vec4(u_index.x + quotient(seconds, 86400.0), remainder(seconds, 86400.0), remainder(units, in_second), fine);
}
// Hours, minutes and, for eight characters, seconds.
Char clock_label(float place, float seconds, float count) {
    float colons = count > 5.5 ? 2.0 : 1.0;
    float width = (count - colons) * u_widths.x + colons * u_widths.w;
    if (place > count - 0.5) return Char(-1.0, 0.0, width);
    float passed = (place > 2.5 ? 1.0 : 0.0) + (place > 5.5 ? 1.0 : 0.0);
    float x = (place - passed) * u_widths.x + passed * u_widths.w;
    if (abs(place - 2.0) < 0.5 || abs(place - 5.0) < 0.5) return Char(12.0, x, width);
    float number = place > 5.5 ? remainder(seconds, 60.0) : remainder(quotient(seconds, 60.0), 60.0);
    if (place < 2.5) number = quotient(seconds, 3600.0);
    return Char(digit_of(number, 1.0 - remainder(place, 3.0)), x, width);
}
Char label(float slot, float place) {
    if (u_format.w > 3.5) return year_label(place, quotient(u_index.x + slot * u_format.x, 12.0));
    if (u_format.w > 2.5) return date_label(place, 0.0, 6.0, days_of_month(u_index.x + slot * u_format.x));
    if (u_format.w > 1.5) return date_label(place, 0.0, 9.0, u_index.x + slot * u_format.x);
    vec4 moment = moment_of(slot);
    if (moment.y + moment.z + moment.w < 0.5) return date_label(place, 5.0, 9.0, moment.x);
    float decimals = u_format.y;
    if (decimals > 0.5 && remainder(moment.y, 60.0) + moment.z + moment.w > 0.5) {
        // Seconds and their parts.
        float width = (2.0 + decimals) * u_widths.x + u_widths.z;
        if (place > 2.5 + decimals) return Char(-1.0, 0.0, width);
        if (abs(place - 2.0) < 0.5) return Char(11.0, 2.0 * u_widths.x, width);
        if (place < 1.5) return Char(digit_of(remainder(moment.y, 60.0), 1.0 - place), place * u_widths.x, width);
        float digit = digit_of(moment.z, min(decimals, 6.0) + 2.0 - place);
        if (place > 8.5) digit = digit_of(moment.w, 11.0 - place);
        return Char(digit, (place - 1.0) * u_widths.x + u_widths.z, width);
    }
    return clock_label(place, moment.y, decimals > 0.5 || u_format.w < 0.5 ? 5.0 : 8.0);
}
Char end(float place) {
    if (u_format.w > 1.5) return Char(-1.0, 0.0, 0.0);
    float last = u_ticks.y > 0.0 ? (1.0 - u_ticks.x) / u_ticks.y : -u_ticks.x / u_ticks.y;
    vec4 moment = moment_of(floor(last + 0.0001));
    Char date = date_label(place, 0.0, 9.0, moment.x);
    if (u_format.y < 0.5) return date;
    float start = date.width + 0.5 * u_widths.x;
    Char clock = clock_label(max(place - 11.0, 0.0), moment.y, 5.0);
    float width = start + clock.width;
    if (place < 10.5) return Char(date.glyph, date.x, width);
    return Char(place > 15.5 ? -1.0 : clock.glyph, start + clock.x, width);
}
";

/// `float at_tick(vec2 tick)`: where the tick of a slot (x) and a part of the way to the next one (y; 0 for the tick itself) stands; below 0 for
/// one that is not there.
pub(crate) fn position(scale: Scale) -> Result<Function> {
    let at = match scale {
        Scale::Linear => LINEAR_AT.to_owned(),
        Scale::Log => LOG_AT.to_owned(),
        Scale::Time => format!("{MONTHS}{TIME_AT}"),
    };
    let last = "float at_tick(vec2 tick) {
    float place = tick.y < 0.5 ? at(tick.x) : minor_at(tick.x, tick.y);
    return place > -0.000001 && place < 1.000001 ? place : -1.0;
}";
    Ok(Function::new("ticks", &format!("{UNIFORMS}{WHOLE}{at}{last}"))?)
}

/// `vec3 character(vec2 place)`: the character of the label of a slot (x; −1 for what stands at the axis's end) at a place (y): its number in
/// the table, its x, and the width of the label.
pub(crate) fn character(scale: Scale) -> Result<Function> {
    let label = match scale {
        Scale::Linear => format!("{NUMBER}{LINEAR_LABEL}"),
        Scale::Log => {
            let part = "float part_of(float slot) { float part = remainder(slot, 3.0); return part < 0.5 ? 1.0 : (part < 1.5 ? 2.0 : 5.0); }\n";
            format!("{part}{NUMBER}{LOG_LABEL}")
        }
        Scale::Time => format!("{MONTHS}{TIME_LABEL}"),
    };
    let last = "vec3 character(vec2 place) {
    Char found;
    if (place.x < -0.5) found = end(place.y); else found = label(place.x, place.y);
    return vec3(found.glyph, found.x, found.width);
}";
    Ok(Function::new("labels", &format!("{UNIFORMS}{WHOLE}{CHAR}{label}{last}"))?)
}
