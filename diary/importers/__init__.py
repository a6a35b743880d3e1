"""Reading what people already keep; one declaration a layout."""
