import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { DateTimeField, dateTimeField } from "@web/views/fields/datetime/datetime_field";
import { formatDateTime } from "@web/views/fields/formatters";

/**
 * A moment in the time zone of the user's preferences, as the server writes it: Odoo's own
 * field shows that of the browser, and one form would name two hours for one moment.
 */
export class UserDateTimeField extends DateTimeField {
    getFormattedValue(valueIndex, numeric = this.props.numeric) {
        const { showSeconds, showTime } = this.props;
        // Who has chosen no zone is told the hours of UTC by the server.
        const options = { numeric, showSeconds, showTime, tz: user.tz || "UTC" };
        return formatDateTime(this.values[valueIndex], options);
    }
}

registry.category("fields").add("support_user_datetime", {
    ...dateTimeField,
    component: UserDateTimeField,
    supportedTypes: ["datetime"],
});
