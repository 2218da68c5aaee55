import { registry } from "@web/core/registry";
import { formatPercentage } from "@web/views/fields/formatters";

/**
 * A share of cases as a percentage. Where there was nothing to take a share of, as in a group
 * without any decided case, nothing is shown: 0 % would be a statement.
 */
export function formatDisputeRate(value, options) {
    if (value === false || value === null) {
        return "";
    }
    return formatPercentage(value, { ...options, digits: [16, 1], trailingZeros: true });
}

registry.category("formatters").add("dispute_rate", formatDisputeRate);
