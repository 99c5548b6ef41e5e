"""The names that pandas's classes have and that have no rule here: they are unknown; any other is refused as pandas refuses it.

They are those of pandas 3.1, and those that it had once and that older scripts use.
"""

from __future__ import annotations

from convcalc.tensor import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# fmt: off
PANDAS = frozenset((
    "ArrowDtype BooleanDtype Categorical CategoricalDtype CategoricalIndex DataFrame DateOffset DatetimeIndex DatetimeTZDtype ExcelFile "
    "ExcelWriter Flags Float32Dtype Float64Dtype Float64Index Grouper HDFStore Index IndexSlice Int16Dtype Int32Dtype Int64Dtype "
    "Int64Index Int8Dtype Interval IntervalDtype IntervalIndex MultiIndex NA NaT NamedAgg NamedFunc Panel Period PeriodDtype "
    "PeriodIndex RangeIndex Series SparseDtype StringDtype Timedelta TimedeltaIndex Timestamp UInt16Dtype UInt32Dtype UInt64Dtype "
    "UInt64Index UInt8Dtype annotations api array arrays bdate_range col compat concat core crosstab cut date_range datetime "
    "describe_option errors eval factorize from_dummies get_dummies get_option infer_freq interval_range io isna isnull json_normalize "
    "lreshape melt merge merge_asof merge_ordered notna notnull np offsets option_context options pandas period_range pivot pivot_table "
    "plotting qcut read_clipboard read_csv read_excel read_feather read_fwf read_gbq read_hdf read_html read_iceberg read_json "
    "read_msgpack read_orc read_parquet read_pickle read_sas read_spss read_sql read_sql_query read_sql_table read_stata read_table "
    "read_xml reset_option rolling_mean scatter_matrix set_eng_float_format set_option show_versions test testing timedelta_range "
    "to_datetime to_msgpack to_numeric to_pickle to_timedelta tseries unique util value_counts wide_to_long "
).split())
FRAME = frozenset((
    "T abs add add_prefix add_suffix agg aggregate align all any append apply applymap as_matrix asfreq asof assign astype at at_time "
    "attrs axes backfill between_time bfill bool boxplot clip columns combine combine_first compare convert_dtypes copy corr corrwith "
    "count cov cummax cummin cumprod cumsum describe diff div divide dot drop drop_duplicates droplevel dropna dtypes duplicated empty "
    "eq equals eval ewm expanding explode ffill fillna filter first first_valid_index flags floordiv from_arrow from_dict from_records "
    "ge get get_value groupby gt head hist iat idxmax idxmin iloc index infer_objects info insert interpolate isetitem isin isna isnull "
    "items iteritems iterrows itertuples ix join keys kurt kurtosis last last_valid_index le loc lookup lt mad map mask max mean median "
    "melt memory_usage merge min mod mode mul multiply ndim ne nlargest notna notnull nsmallest nunique pad pct_change pipe pivot "
    "pivot_table plot pop pow prod product quantile query radd rank rdiv reindex reindex_like rename rename_axis reorder_levels replace "
    "resample reset_index rfloordiv rmod rmul rolling round rpow rsub rtruediv sample select select_dtypes sem set_axis set_flags "
    "set_index set_value shape shift size skew slice_shift sort_index sort_values sparse squeeze stack std style sub subtract sum "
    "swapaxes swaplevel tail take to_clipboard to_csv to_dict to_excel to_feather to_hdf to_html to_iceberg to_json to_latex "
    "to_markdown to_numpy to_orc to_parquet to_period to_pickle to_records to_sql to_stata to_string to_timestamp to_xarray to_xml "
    "transform transpose truediv truncate tshift tz_convert tz_localize unstack update value_counts values var where xs "
).split())
SERIES = frozenset((
    "T abs add add_prefix add_suffix agg aggregate align all any append apply argmax argmin argsort array as_matrix asfreq asof astype "
    "at at_time attrs autocorr axes backfill between between_time bfill bool case_when cat clip combine combine_first compare "
    "convert_dtypes copy corr count cov cummax cummin cumprod cumsum describe diff div divide divmod dot drop drop_duplicates droplevel "
    "dropna dt dtype dtypes duplicated empty eq equals ewm expanding explode factorize ffill fillna filter first first_valid_index "
    "flags floordiv from_arrow ge get get_value groupby gt hasnans head hist iat idxmax idxmin iloc index infer_objects info "
    "interpolate is_monotonic is_monotonic_decreasing is_monotonic_increasing is_unique isin isna isnull item items iteritems ix keys "
    "kurt kurtosis last last_valid_index le list loc lt mad map mask max mean median memory_usage min mod mode mul multiply name nbytes "
    "ndim ne nlargest nonzero notna notnull nsmallest nunique pad pct_change pipe plot pop pow prod product ptp quantile radd rank "
    "ravel rdiv rdivmod reindex reindex_like rename rename_axis reorder_levels repeat replace resample reset_index rfloordiv rmod rmul "
    "rolling round rpow rsub rtruediv sample searchsorted sem set_axis set_flags set_value shape shift size skew slice_shift sort_index "
    "sort_values sparse squeeze std str struct sub subtract sum swapaxes swaplevel tail take to_clipboard to_csv to_dict to_excel "
    "to_frame to_hdf to_json to_latex to_list to_markdown to_numpy to_period to_pickle to_sql to_string to_timestamp to_xarray tolist "
    "transform transpose truediv truncate tshift tz_convert tz_localize unique unstack update value_counts values var view where xs "
).split())
INDEX = frozenset((
    "T all any append argmax argmin argsort array asof asof_locs astype ceil codes copy date day day_name day_of_week dayofweek "
    "dayofyear delete diff difference drop drop_duplicates droplevel dropna dtype duplicated empty equals factorize fillna floor freq "
    "get_indexer get_indexer_for get_indexer_non_unique get_level_values get_loc get_slice_bound groupby has_duplicates hasnans hour "
    "identical infer_objects inferred_type insert intersection is_ is_all_dates is_monotonic is_monotonic_decreasing "
    "is_monotonic_increasing is_unique isin isna isnull isocalendar item join labels levels map max memory_usage min minute month "
    "month_name name names nbytes ndim nlevels normalize notna notnull nunique putmask quarter ravel reindex rename repeat replace "
    "round searchsorted second set_names shape shift size slice_indexer slice_locs sort_values sortlevel start step stop str strftime "
    "symmetric_difference take time to_flat_index to_frame to_list to_numpy to_period to_pydatetime to_series tolist transpose tz "
    "tz_convert tz_localize union unique value_counts values view week weekday weekofyear where year "
).split())
# fmt: on


def of_frame(frame: Any, name: str) -> Any:
    """An attribute of a table that is neither a rule nor a column that is known."""
    if name in FRAME:
        return Unknown(f"DataFrame.{name}")
    if frame._rest is not None and name not in frame._gone:
        return frame._one(name)
    raise AttributeError(f"'DataFrame' object has no attribute '{name}'")


def of_series(series: Any, name: str) -> Any:
    """An attribute of a column: a value by its label, where it is the row of a table."""
    if name in ("str", "dt", "cat"):
        raise AttributeError(f"Can only use .{name} accessor with other values")
    if name in SERIES:
        return Unknown(f"Series.{name}")
    labels = series.index._known()
    if series._row_of is not None:
        try:
            return series[name]
        except KeyError:
            pass
    elif labels is not None and name in labels:
        return series[name]
    elif labels is None and not series.index._is_range:
        return Unknown(f"Series.{name}")
    raise AttributeError(f"'Series' object has no attribute '{name}'")


def of_index(name: str) -> Any:
    """An attribute of labels."""
    if name in INDEX and not name.startswith("_"):
        return Unknown(f"Index.{name}")
    raise AttributeError(f"'Index' object has no attribute '{name}'")
