"""Files of cells: the rows of workbooks and Parquet files as text, for transcripts and for tables alike."""
